package io.tesserae.pipelines;

import io.tesserae.engine.Engine;
import io.tesserae.loaders.AutoImageProcessor;
import io.tesserae.loaders.AutoModelForImageClassification;
import io.tesserae.loaders.AutoModelForSequenceClassification;
import io.tesserae.loaders.AutoVisionModel;
import io.tesserae.loaders.PretrainedConfig;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.image.ImageFiles;
import io.tesserae.loaders.processor.ImageProcessor;
import io.tesserae.loaders.sentence.SentenceTransformer;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.TokenBatch;
import io.tesserae.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A program that runs models and prints a digest of every bit of their outputs: {@link SameBitsTest} starts it in JVMs
 * that compute in different ways. Arguments: how many passes, then the checkpoints' folders.
 */
final class DigestOfModels {

    private static final OutputOptions EVERYTHING = new OutputOptions(true, true);

    /** Tiles of every height, whole and in part; a single token; ragged, so that sequences begin inside tiles. */
    private static final int[] LENGTHS = {40, 7, 1, 13, 2};

    private static final Path FIXTURES = Question.TEST_DATA.resolve("fixtures");
    private static final List<String> FILES = List.of("shapes.jpg", "noise-wide.png", "rotated-exif.jpg");

    private DigestOfModels() {}

    /** Prints which kernels compute, then each folder with the digests of its first and of its last pass. */
    public static void main(String[] arguments) throws Exception {
        int passes = Integer.parseInt(arguments[0]);
        System.out.println("kernels " + Engine.shared().description() + ", "
                + Engine.shared().threads() + " threads");
        for (String folder : List.of(arguments).subList(1, arguments.length)) {
            try (Pass pass = load(Path.of(folder))) {
                String first = digest(pass.compute());
                for (int number = 2; number < passes; number++) {
                    pass.compute();
                }
                String last = digest(pass.compute());
                System.out.println(Path.of(folder).getFileName() + " " + first + " " + last);
            }
        }
    }

    /** A model with its input: computes everything it can return. */
    private interface Pass extends AutoCloseable {
        Stream<Tensor> compute();

        @Override
        void close();
    }

    private static Pass load(Path folder) throws IOException {
        if (Files.exists(folder.resolve("modules.json"))) {
            return sentenceEncoder(folder);
        }
        PretrainedConfig config = PretrainedConfig.read(ModelFiles.directory(folder));
        if (config.modelType().equals("distilbert")) {
            return textClassifier(folder);
        }
        return config.architectures().getFirst().endsWith("Model") ? imageEncoder(folder) : imageClassifier(folder);
    }

    private static Pass textClassifier(Path folder) {
        var model = AutoModelForSequenceClassification.fromPretrained(folder);
        TokenBatch batch = batch(model.classifier().backbone().vocabularySize());
        return pass(model::close, () -> {
            var output = model.forward(batch, EVERYTHING);
            return all(Stream.of(output.logits()), output.hiddenStates(), output.attentions());
        });
    }

    private static Pass sentenceEncoder(Path folder) {
        var model = SentenceTransformer.fromPretrained(folder);
        TokenBatch batch = batch(model.encoder().encoder().vocabularySize());
        return pass(model::close, () -> Stream.of(model.encoder().forward(batch, 0)));
    }

    private static Pass imageClassifier(Path folder) {
        var model = AutoModelForImageClassification.fromPretrained(folder);
        ImageProcessor processor = AutoImageProcessor.fromPretrained(FIXTURES.resolve("dinov2-classify"));
        return pass(model::close, () -> {
            var output = model.forward(pictures(processor), EVERYTHING, true);
            Stream<Tensor> logits = Stream.concat(
                    Stream.of(output.logits()),
                    Stream.concat(output.clsLogits().stream(), output.distillationLogits().stream()));
            return all(logits, output.hiddenStates(), output.attentions());
        });
    }

    private static Pass imageEncoder(Path folder) {
        var model = AutoVisionModel.fromPretrained(folder);
        ImageProcessor processor = AutoImageProcessor.fromPretrained(FIXTURES.resolve("dinov2-classify"));
        return pass(model::close, () -> {
            var output = model.forward(pictures(processor), EVERYTHING, true);
            Stream<Tensor> results = Stream.concat(Stream.of(output.lastHiddenState()), output.poolerOutput().stream());
            return all(results, output.hiddenStates(), output.attentions());
        });
    }

    private static Pass pass(Runnable close, Supplier<Stream<Tensor>> compute) {
        return new Pass() {
            @Override
            public Stream<Tensor> compute() {
                return compute.get();
            }

            @Override
            public void close() {
                close.run();
            }
        };
    }

    private static Stream<Tensor> all(
            Stream<Tensor> results, List<Tensor> hiddenStates, List<List<Tensor>> attentions) {
        return Stream.concat(
                results,
                Stream.concat(hiddenStates.stream(), attentions.stream().flatMap(List::stream)));
    }

    /** The model's own size, and others whose positions are interpolated; and all the way from files. */
    private static ImageBatch pictures(ImageProcessor processor) {
        int[][] sizes = {{32, 32}, {40, 24}, {17, 63}};
        List<Tensor> pictures = new ArrayList<>();
        for (int[] size : sizes) {
            Tensor picture = Tensor.zeros(3, size[0], size[1]);
            for (int i = 0; i < picture.size(); i++) {
                picture.data()[i] = (i * 7919 % 255) / 127.5f - 1f;
            }
            pictures.add(picture);
        }
        for (String file : FILES) {
            pictures.add(
                    processor.process(ImageFiles.read(FIXTURES.resolve("images").resolve(file))));
        }
        return ImageBatch.of(pictures);
    }

    private static TokenBatch batch(int vocabulary) {
        int[][] inputIds = new int[LENGTHS.length][];
        for (int row = 0; row < LENGTHS.length; row++) {
            inputIds[row] = new int[LENGTHS[row]];
            for (int column = 0; column < LENGTHS[row]; column++) {
                inputIds[row][column] = (row * 7919 + column * 104729) % vocabulary;
            }
        }
        return TokenBatch.of(inputIds);
    }

    private static String digest(Stream<Tensor> tensors) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        tensors.forEach(tensor -> update(digest, tensor));
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void update(MessageDigest digest, Tensor tensor) {
        for (int i = 0; i < tensor.size(); i++) {
            int bits = Float.floatToRawIntBits(tensor.data()[i]);
            for (int shift = 0; shift < 32; shift += 8) {
                digest.update((byte) (bits >>> shift));
            }
        }
    }
}
