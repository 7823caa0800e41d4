package io.tesserae.cli.model;

import io.tesserae.cli.console.CommandException;
import io.tesserae.engine.Engine;
import io.tesserae.families.Families;
import io.tesserae.family.Head;
import io.tesserae.loaders.Checkpoint;
import io.tesserae.loaders.PretrainedConfig;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.model.OutputOptions;
import io.tesserae.tensor.Tensor;
import java.util.Map;
import java.util.Optional;

/** A model with the head that its checkpoint was saved with: how {@code forward} and {@code bench} see it. */
sealed interface LoadedModel extends AutoCloseable
        permits TextModel, CausalModel, ImageModel, PictureTextModel, InterleavedModel, ArrayModel, StreamingModel {

    /**
     * The outputs for a file of inputs, by their names in transformers, in arrays as it has them.
     *
     * @throws CommandException if the file does not hold what the model takes
     */
    Map<String, Tensor> forward(SafetensorsFile feed, OutputOptions options);

    @Override
    void close();

    /**
     * Loads a checkpoint as what {@code architectures} says it is; where it says nothing, as what its tensors are.
     *
     * @throws CommandException if that is no class that is supported
     */
    static LoadedModel load(ModelFiles files, Engine engine) {
        try (Checkpoint checkpoint = Checkpoint.open(files)) {
            Head<?> head = checkpoint.head().orElseThrow(() -> unsupported(checkpoint.config()));
            return load(head, checkpoint, engine);
        }
    }

    /** Loads a checkpoint as a model that has a head. */
    static LoadedModel load(Head<?> head, Checkpoint checkpoint, Engine engine) {
        return switch (head.input()) {
            case TOKENS ->
                head.equals(Head.CAUSAL_LM)
                        ? CausalModel.load(checkpoint, engine)
                        : TextModel.load(head, checkpoint, engine);
            case PIXELS -> ImageModel.load(head, checkpoint, engine);
            case PIXELS_AND_TOKENS ->
                head.equals(Head.IMAGE_TEXT_TO_TEXT)
                        ? InterleavedModel.load(checkpoint, engine)
                        : PictureTextModel.load(head, checkpoint, engine);
            case ARRAYS -> ArrayModel.load(head, checkpoint, engine);
            case EPISODES ->
                throw new CommandException(checkpoint.config() + ": expected a model of texts, pictures or numbers");
            case STREAMS -> StreamingModel.load(checkpoint, engine);
            case BY_HEAD -> throw new IllegalArgumentException(head.suffix());
        };
    }

    /**
     * The head of the first architecture that is supported; empty where the file names none.
     *
     * @throws CommandException if it names some, and none of them is
     */
    static Optional<Head<?>> head(PretrainedConfig config) {
        Optional<Head<?>> head = Checkpoint.headOfArchitectures(Families.ALL, config);
        if (head.isEmpty() && !config.architectures().isEmpty()) {
            throw unsupported(config);
        }
        return head;
    }

    private static CommandException unsupported(PretrainedConfig config) {
        return new CommandException(config + ": architectures: " + String.join(", ", config.architectures())
                + " is not supported; supported are " + String.join(", ", Families.ALL.classNames()));
    }
}
