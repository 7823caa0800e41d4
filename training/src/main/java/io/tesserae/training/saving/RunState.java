package io.tesserae.training.saving;

import io.tesserae.arguments.Arguments;
import io.tesserae.loaders.CheckpointFiles;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SequencedMap;

/**
 * All that a checkpoint of a run holds beside the model, so that the run goes on to the same bits.
 *
 * @param trainer where the run is, for people
 * @param position where it is, for the run
 * @param optimizer the optimiser's moments
 */
public record RunState(TrainerState trainer, RunPosition position, OptimizerState optimizer) {

    /** Without one of these a folder is no checkpoint. */
    static final List<String> FILES = List.of(
            CheckpointFiles.CONFIG, CheckpointFiles.WEIGHTS, OptimizerState.FILE, TrainerState.FILE, RunPosition.FILE);

    /** None of these is null. */
    public RunState {
        Arguments.require(trainer, "trainer");
        Arguments.require(position, "position");
        Arguments.require(optimizer, "optimizer");
    }

    /**
     * Reads a checkpoint but for its weights, which {@link WeightsFile#readLike} reads.
     *
     * @param checkpoint its folder
     * @param parameters the model's, whose shapes the moments must have
     * @throws ModelLoadingException if a file is absent or damaged, or of another model; the message names it
     */
    public static RunState read(Path checkpoint, SequencedMap<String, Tensor> parameters) {
        Arguments.require(checkpoint, "checkpoint");
        Arguments.require(parameters, "parameters");
        ModelFiles files = ModelFiles.directory(checkpoint);
        try {
            TrainerState trainer = TrainerState.read(files);
            int step = trainer.progress().globalStep();
            int named = CheckpointName.step(checkpoint).orElse(step);
            if (named != step) {
                throw new ModelLoadingException(files.describe(TrainerState.FILE) + ": global_step: expected " + named
                        + ", as the folder's name says, found " + step);
            }
            return new RunState(trainer, RunPosition.read(files), OptimizerState.read(checkpoint, parameters));
        } catch (IOException e) {
            throw new ModelLoadingException(checkpoint + ": reading it failed: " + e.getMessage(), e);
        }
    }

    /** Writes the files beside the model's. */
    void writeTo(NewFolder folder) throws IOException {
        folder.text(TrainerState.FILE, trainer.toJson());
        folder.text(RunPosition.FILE, position.toJson());
        ModelFolder.writeTensors(folder, OptimizerState.FILE, optimizer.tensors());
    }
}
