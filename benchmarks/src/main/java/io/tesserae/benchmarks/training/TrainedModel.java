package io.tesserae.benchmarks.training;

import io.tesserae.family.Head;
import io.tesserae.loaders.PretrainedConfig;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.TokenBatch;
import io.tesserae.tensor.Tensor;
import io.tesserae.training.family.TrainableFamilies;
import io.tesserae.training.family.TrainableFamily;
import io.tesserae.training.loss.CrossEntropy;
import io.tesserae.training.network.Network;
import io.tesserae.training.tape.Parameter;
import io.tesserae.training.tape.Parameters;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** A classifier of published size, and one batch that it is trained with again and again. */
final class TrainedModel {

    /** What can be trained. Without a checkpoint the configuration is transformers' default: distilbert-base, ViT-B/16. */
    enum Kind {
        DISTILBERT(Head.SEQUENCE_CLASSIFICATION, """
                {"model_type": "distilbert", "architectures": ["DistilBertForSequenceClassification"], "vocab_size": 30522,
                 "dim": 768, "hidden_dim": 3072, "n_layers": 6, "n_heads": 12, "max_position_embeddings": 512}
                """),
        VIT(Head.IMAGE_CLASSIFICATION, """
                {"model_type": "vit", "architectures": ["ViTForImageClassification"], "hidden_size": 768,
                 "intermediate_size": 3072, "num_hidden_layers": 12, "num_attention_heads": 12, "image_size": 224,
                 "patch_size": 16, "num_channels": 3, "num_labels": 1000}
                """);

        private final Head<?> head;
        private final String config;

        Kind(Head<?> head, String config) {
            this.head = head;
            this.config = config;
        }
    }

    private static final long SEED = 1;
    private static final float RANGE = 0.02f;
    private static final int FIRST_WORD = 1000;
    private static final int WORDS = 30522;
    private static final int PIXELS = 224;

    private final Network network;
    private final Parameters parameters;
    private final int[] labels;
    private final TokenBatch texts; // null for pictures
    private final ImageBatch pictures; // null for texts

    /**
     * A model with a batch.
     *
     * @param checkpoint its folder; null for random weights
     * @param lengths tokens of each text; of pictures only their number counts
     */
    TrainedModel(Kind kind, Path checkpoint, int[] lengths) {
        PretrainedConfig config = config(kind, checkpoint);
        TrainableFamily family = TrainableFamilies.of(config.modelType())
                .orElseThrow(() -> new IllegalArgumentException(config + ": none of its family can be trained"));
        if (checkpoint == null) {
            parameters = Parameters.fromScratch(SEED, RANGE);
            network = family.heads().get(kind.head).build(config, parameters);
        } else {
            try (SafetensorsFile file = open(checkpoint.resolve("model.safetensors"))) {
                parameters = Parameters.of(file, family.basePrefix(), SEED, RANGE);
                network = family.heads().get(kind.head).build(config, parameters);
            }
        }
        Random random = new Random(SEED);
        labels = random.ints(lengths.length, 0, config.labelCount()).toArray();
        texts = kind == Kind.DISTILBERT ? texts(random, lengths) : null;
        pictures = kind == Kind.VIT ? pictures(random, lengths.length) : null;
    }

    private static PretrainedConfig config(Kind kind, Path checkpoint) {
        if (checkpoint == null) {
            return PretrainedConfig.parse(kind.config, "the configuration of " + kind);
        }
        Path file = checkpoint.resolve("config.json");
        try {
            return PretrainedConfig.parse(Files.readString(file), file.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(file + ": reading it failed: " + e, e);
        }
    }

    private static SafetensorsFile open(Path file) {
        try {
            return SafetensorsFile.open(file);
        } catch (IOException e) {
            throw new UncheckedIOException(file + ": reading it failed: " + e, e);
        }
    }

    private static TokenBatch texts(Random random, int[] lengths) {
        return TokenBatch.of(Arrays.stream(lengths)
                .mapToObj(length -> random.ints(length, FIRST_WORD, WORDS).toArray())
                .toArray(int[][]::new));
    }

    private static ImageBatch pictures(Random random, int count) {
        return ImageBatch.of(IntStream.range(0, count)
                .mapToObj(_ -> {
                    Tensor pixels = Tensor.zeros(3, PIXELS, PIXELS);
                    for (int i = 0; i < pixels.size(); i++) {
                        pixels.data()[i] = (float) random.nextGaussian();
                    }
                    return pixels;
                })
                .toList());
    }

    List<Parameter> parameters() {
        return parameters.all();
    }

    /** The mean cross-entropy of the batch. */
    Variable loss(Tape tape) {
        Variable logits = switch (network) {
            case Network.OfSequences classifier -> classifier.logits(tape, texts);
            case Network.OfClassifiedPictures classifier -> classifier.logits(tape, pictures);
            default -> throw new IllegalArgumentException(network + " is no classifier");
        };
        return CrossEntropy.PLAIN.of(tape, logits, labels);
    }
}
