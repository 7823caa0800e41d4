package io.tesserae.training.saving;

import io.tesserae.arguments.Arguments;
import io.tesserae.training.failure.TrainingException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A run's output folder: its checkpoints, {@code checkpoint-500} and so on, and the model when it is trained. One run at a time.
 *
 * <p>A checkpoint is there as a whole or not at all, whatever ends the process.
 */
public final class RunFolder {

    private final Path path;
    private final Disk disk;

    private RunFolder(Path path, Disk disk) {
        this.path = path;
        this.disk = disk;
    }

    /**
     * The folder, made if it is not there. What an earlier run was doing when it was ended is finished, or undone.
     *
     * @throws TrainingException if it cannot be made, or the disk fails
     */
    public static RunFolder open(Path path) {
        return open(path, Disk.OWN);
    }

    static RunFolder open(Path path, Disk disk) {
        RunFolder folder = new RunFolder(Arguments.require(path, "path"), disk);
        Uninterrupted.run(folder::recover);
        return folder;
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    /**
     * Saves a checkpoint, in place of one of the same step.
     *
     * @return its folder
     * @throws TrainingException if it cannot be written; the checkpoints that there were still are
     */
    public Path saveCheckpoint(ModelFolder model, RunState state) {
        Arguments.require(model, "model");
        Arguments.require(state, "state");
        Path checkpoint =
                path.resolve("checkpoint-" + state.trainer().progress().globalStep());
        Uninterrupted.run(() -> {
            try {
                AtomicFolder.write(checkpoint, disk, folder -> {
                    model.writeTo(folder);
                    state.writeTo(folder);
                });
            } catch (SavingFailure e) {
                throw ModelFolder.unsaved(checkpoint, e);
            }
        });
        return checkpoint;
    }

    /**
     * Saves the trained model, beside the checkpoints.
     *
     * @throws TrainingException as {@link ModelFolder#save}
     */
    public void saveModel(ModelFolder model) {
        Arguments.require(model, "model").save(path, disk);
    }

    /**
     * The complete checkpoints, by step.
     *
     * @throws TrainingException if the folder cannot be read
     */
    public List<Path> checkpoints() {
        List<Path> found = new ArrayList<>();
        for (Path entry : entries("checkpoint-*")) {
            if (CheckpointName.step(entry).isPresent()
                    && RunState.FILES.stream().allMatch(name -> Files.isRegularFile(entry.resolve(name)))) {
                found.add(entry);
            }
        }
        found.sort(Comparator.comparing(
                checkpoint -> CheckpointName.step(checkpoint).orElseThrow()));
        return List.copyOf(found);
    }

    /** The complete checkpoint of the highest step, from which a run goes on: transformers' {@code get_last_checkpoint}. */
    public Optional<Path> lastCheckpoint() {
        List<Path> checkpoints = checkpoints();
        return checkpoints.isEmpty() ? Optional.empty() : Optional.of(checkpoints.getLast());
    }

    /**
     * Deletes the oldest checkpoints until no more are left than this; never the last, nor the best.
     *
     * @param saveTotalLimit 1 or more; with 1 there are two where the best is not the last
     * @param best the best checkpoint's folder; its name counts, since folders are moved
     * @throws TrainingException if one cannot be deleted
     */
    public void rotate(int saveTotalLimit, Optional<String> best) {
        if (saveTotalLimit < 1) {
            throw new IllegalArgumentException("saveTotalLimit: expected 1 or more, found " + saveTotalLimit);
        }
        Optional<Path> bestName =
                Arguments.require(best, "best").map(folder -> Path.of(folder).getFileName());
        List<Path> checkpoints = checkpoints();
        int surplus = checkpoints.size() - saveTotalLimit;
        for (Path checkpoint : checkpoints.subList(0, Math.max(0, checkpoints.size() - 1))) {
            if (surplus > 0 && !bestName.equals(Optional.of(checkpoint.getFileName()))) {
                delete(checkpoint);
                surplus--;
            }
        }
    }

    /**
     * Deletes all checkpoints, complete or not.
     *
     * @throws TrainingException if one cannot be deleted
     */
    public void deleteCheckpoints() {
        entries("checkpoint-*").stream()
                .filter(entry -> CheckpointName.step(entry).isPresent())
                .forEach(RunFolder::delete);
    }

    private static void delete(Path checkpoint) {
        Uninterrupted.run(() -> {
            try {
                AtomicFolder.delete(checkpoint);
            } catch (IOException e) {
                throw new TrainingException(
                        checkpoint + ": an old checkpoint cannot be deleted: " + e
                                + "; see to the folder's permissions",
                        e);
            }
        });
    }

    private void recover() {
        try {
            Files.createDirectories(path);
            for (Path hidden : entries(".checkpoint-*")) {
                Path owner = AtomicFolder.owner(hidden);
                if (CheckpointName.step(owner).isPresent()) {
                    AtomicFolder.recover(owner);
                }
            }
            FolderUpdate.recover(path, ModelFolder.ownedNames());
        } catch (IOException e) {
            throw new TrainingException(
                    path + ": expected a folder to write the run into: " + e
                            + "; see to its permissions, or choose another",
                    e);
        }
    }

    private List<Path> entries(String pattern) {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(path, pattern)) {
            List<Path> found = new ArrayList<>();
            entries.forEach(found::add);
            return found;
        } catch (IOException e) {
            throw new TrainingException(path + ": the folder cannot be read: " + e, e);
        }
    }
}
