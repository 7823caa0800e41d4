package io.tesserae.pipelines;

import io.tesserae.kernel.Engine;
import io.tesserae.loaders.AutoModelForSequenceClassification;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.SequenceClassifierOutput;
import io.tesserae.model.TokenBatch;
import io.tesserae.tensor.Tensor;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;

/**
 * A program that runs classifiers and prints a digest of every bit of their outputs: {@link SameBitsTest} starts it in JVMs
 * that compute in different ways. Arguments: how many passes, then the checkpoints' folders.
 */
final class DigestOfModels {

    private static final OutputOptions EVERYTHING = new OutputOptions(true, true);

    /** Tiles of every height, whole and in part; a single token; ragged, so that sequences begin inside tiles. */
    private static final int[] LENGTHS = {40, 7, 1, 13, 2};

    private DigestOfModels() {}

    /** Prints which kernels compute, then each folder with the digests of its first and of its last pass. */
    public static void main(String[] arguments) throws Exception {
        int passes = Integer.parseInt(arguments[0]);
        System.out.println("kernels " + Engine.shared().kernels().description() + ", "
                + Engine.shared().workers().threads() + " threads");
        for (String folder : List.of(arguments).subList(1, arguments.length)) {
            try (var model = AutoModelForSequenceClassification.fromPretrained(Path.of(folder))) {
                TokenBatch batch = batch(model.classifier().encoder().vocabularySize());
                String first = digest(model.forward(batch, EVERYTHING));
                for (int pass = 2; pass < passes; pass++) {
                    model.forward(batch);
                }
                String last = digest(model.forward(batch, EVERYTHING));
                System.out.println(Path.of(folder).getFileName() + " " + first + " " + last);
            }
        }
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

    private static String digest(SequenceClassifierOutput output) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        update(digest, output.logits());
        output.hiddenStates().forEach(state -> update(digest, state));
        output.attentions().forEach(layer -> layer.forEach(map -> update(digest, map)));
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
