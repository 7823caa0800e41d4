package io.tesserae.training.family;

import io.tesserae.family.ConfigSource;
import io.tesserae.family.Head;
import io.tesserae.loaders.AutoModelForImageClassification;
import io.tesserae.loaders.AutoModelForImageTextToText;
import io.tesserae.loaders.AutoVisionModel;
import io.tesserae.loaders.CheckpointWeights;
import io.tesserae.loaders.PretrainedConfig;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.TokenBatch;
import io.tesserae.packed.Packed;
import io.tesserae.tensor.Tensor;
import io.tesserae.training.network.Network;
import io.tesserae.training.tape.Parameters;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * A tiny checkpoint of the test data that takes pictures, and the head that it has.
 *
 * @param interpolates whether its pictures are of several sizes
 */
record PictureCase(String fixture, Head<?> head, boolean interpolates) {

    private static final Path FIXTURES = Path.of("..", "testdata", "fixtures");

    /** Of every family and every head, with pictures of the trained size and of others. */
    static List<PictureCase> all() {
        return List.of(
                new PictureCase("vit-base", Head.IMAGE_ENCODER, false),
                new PictureCase("vit-interpolate-positions", Head.IMAGE_ENCODER, true),
                new PictureCase("vit-classify", Head.IMAGE_CLASSIFICATION, false),
                new PictureCase("deit-distilled", Head.IMAGE_CLASSIFICATION, false),
                new PictureCase("dinov2-swiglu", Head.IMAGE_ENCODER, true),
                new PictureCase("dinov2-classify", Head.IMAGE_CLASSIFICATION, true),
                new PictureCase("dinov2-registers", Head.IMAGE_CLASSIFICATION, true),
                new PictureCase("blip/vision", Head.IMAGE_ENCODER, true),
                new PictureCase("blip/caption", Head.IMAGE_CAPTIONING, false));
    }

    /** A network with its parameters. */
    record Built(Network network, Parameters parameters) {}

    Path folder() {
        return Packed.checkpoint(FIXTURES.resolve(fixture));
    }

    PretrainedConfig config() {
        return PretrainedConfig.read(ModelFiles.directory(folder()));
    }

    TrainableFamily family() {
        return TrainableFamilies.of(config().modelType()).orElseThrow();
    }

    Built build(ConfigSource config) {
        TrainableFamily family = family();
        try (CheckpointWeights weights = CheckpointWeights.open(ModelFiles.directory(folder()))) {
            Parameters parameters = Parameters.of(weights, family.basePrefix(), 1, 0.02f);
            Network network = family.heads().get(head).build(config, parameters);
            boolean resizes = interpolates && network instanceof Network.OfPictures;
            return new Built(resizes ? ((Network.OfPictures) network).interpolatingPositions() : network, parameters);
        }
    }

    private boolean ofBlip() {
        return fixture.startsWith("blip");
    }

    /** Random pictures. */
    ImageBatch pictures() {
        int side = ofBlip() ? 12 : 32;
        int patch = ofBlip() ? 4 : 8;
        List<Tensor> pictures = new ArrayList<>();
        Random random = new Random(5);
        pictures.add(picture(random, side, side));
        pictures.add(interpolates ? picture(random, 2 * patch, side + patch + 1) : picture(random, side, side));
        pictures.add(interpolates ? picture(random, patch, 2 * patch) : picture(random, side, side));
        return ImageBatch.of(pictures);
    }

    private static Tensor picture(Random random, int height, int width) {
        Tensor picture = Tensor.zeros(3, height, width);
        for (int i = 0; i < picture.size(); i++) {
            picture.data()[i] = (float) random.nextGaussian();
        }
        return picture;
    }

    /** Captions of lengths of their own. */
    static TokenBatch captions() {
        return TokenBatch.of(new int[] {99, 5, 9, 12, 3}, new int[] {99, 7, 3}, new int[] {99, 4, 4, 6, 11, 13, 2, 3});
    }

    /** What a network computes: {@code [rows, hidden or labels]}; of two heads, one below the other. */
    static Variable output(Network network, Tape tape, ImageBatch pictures) {
        return switch (network) {
            case Network.OfPictures encoder -> encoder.hiddenStates(tape, pictures, Optional.empty());
            case Network.OfClassifiedPictures classifier -> classifier.logits(tape, pictures);
            case Network.OfTaughtPictures taught -> both(tape, taught.logits(tape, pictures));
            case Network.OfCaptions captioner -> captioner.logits(tape, pictures, captions());
            default -> throw new AssertionError(network);
        };
    }

    private static Variable both(Tape tape, Network.OfTaughtPictures.Logits logits) {
        Tensor first = logits.classification().value();
        Tensor second = logits.distillation().value();
        Tensor y = tape.take(2 * first.dimension(0), first.dimension(1));
        System.arraycopy(first.data(), 0, y.data(), 0, first.size());
        System.arraycopy(second.data(), 0, y.data(), first.size(), first.size());
        return tape.record(y, true, dy -> {
            int half = first.size();
            tape.kernels()
                    .add(
                            dy.data(),
                            0,
                            logits.classification().gradient().toAddTo().data(),
                            0,
                            half);
            tape.kernels()
                    .add(
                            dy.data(),
                            half,
                            logits.distillation().gradient().toAddTo().data(),
                            0,
                            half);
        });
    }

    /** The same of the model of inference. */
    float[] expected(ImageBatch pictures) {
        if (head == Head.IMAGE_ENCODER) {
            return AutoVisionModel.fromPretrained(folder())
                    .forward(pictures, OutputOptions.RESULT_ONLY, interpolates)
                    .lastHiddenState()
                    .toArray();
        } else if (head == Head.IMAGE_CAPTIONING) {
            return AutoModelForImageTextToText.fromPretrained(folder())
                    .forward(pictures, captions())
                    .text()
                    .logits()
                    .toArray();
        }
        var output = AutoModelForImageClassification.fromPretrained(folder()).forward(pictures);
        if (output.clsLogits().isEmpty()) {
            return output.logits().toArray();
        }
        float[] first = output.clsLogits().orElseThrow().toArray();
        float[] second = output.distillationLogits().orElseThrow().toArray();
        float[] both = new float[first.length + second.length];
        System.arraycopy(first, 0, both, 0, first.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    @Override
    public String toString() {
        return fixture;
    }
}
