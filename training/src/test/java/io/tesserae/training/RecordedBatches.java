package io.tesserae.training;

import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.TokenBatch;
import io.tesserae.tensor.Tensor;
import io.tesserae.training.layer.MeanPooling;
import io.tesserae.training.layer.Rows;
import io.tesserae.training.loss.CrossEntropy;
import io.tesserae.training.loss.InBatchNegatives;
import io.tesserae.training.network.Network;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;

/** The batches of a recorded trajectory, {@code in.*} and {@code labels}, and what a network loses on each. */
record RecordedBatches(SafetensorsFile file) {

    int count() {
        return (int) file.shape(file.names().contains("in.input_ids") ? "in.input_ids" : "in.pixel_values")[0];
    }

    Variable loss(Network network, Tape tape, int batch) {
        return switch (network) {
            case Network.OfSequences texts ->
                CrossEntropy.PLAIN.of(tape, texts.logits(tape, texts(batch)), row("labels", batch));
            case Network.OfTokens tokens ->
                CrossEntropy.PLAIN.of(tape, tokens.logits(tape, texts(batch)), labelsOfTokens(batch));
            case Network.OfMaskedWords words -> ofMaskedWords(words, tape, batch);
            case Network.OfTexts encoder -> ofPairs(encoder, tape, batch);
            case Network.OfClassifiedPictures pictures ->
                CrossEntropy.PLAIN.of(tape, pictures.logits(tape, pictures(batch)), row("labels", batch));
            case Network.OfCaptions captions -> {
                TokenBatch texts = texts(batch);
                Variable logits = captions.logits(tape, pictures(batch), texts);
                yield CrossEntropy.PLAIN.of(tape, logits, nextWords(labelsOfTokens(batch), texts));
            }
            case Network.OfPictures _, Network.OfTaughtPictures _, Network.OfEpisodes _ ->
                throw new AssertionError("not recorded");
        };
    }

    private Variable ofMaskedWords(Network.OfMaskedWords words, Tape tape, int batch) {
        int[] labels = labelsOfTokens(batch);
        int[] asked = IntStream.range(0, labels.length)
                .filter(i -> labels[i] != CrossEntropy.IGNORED)
                .toArray();
        TokenBatch texts = texts(batch);
        Variable logits = words.logits(tape, texts, Rows.of(asked, texts.sequenceStarts()));
        return CrossEntropy.PLAIN.of(
                tape, logits, Arrays.stream(asked).map(i -> labels[i]).toArray());
    }

    /** The first half of the texts are anchors, the others what belongs to them. */
    private Variable ofPairs(Network.OfTexts encoder, Tape tape, int batch) {
        TokenBatch texts = texts(batch);
        Variable hidden = encoder.hiddenStates(tape, texts, Optional.empty());
        Variable pooled = MeanPooling.forward(tape, hidden, texts.sequenceStarts());
        int half = pooled.rows() / 2;
        Variable anchors = rows(tape, pooled, 0, half);
        Variable positives = rows(tape, pooled, half, pooled.rows());
        return InBatchNegatives.DEFAULT.of(tape, anchors, positives);
    }

    private static Variable rows(Tape tape, Variable x, int from, int to) {
        return Rows.of(IntStream.range(from, to).toArray(), new int[] {0, x.rows()})
                .gather(tape, x);
    }

    private static int[] nextWords(int[] labels, TokenBatch texts) {
        int[] next = new int[labels.length];
        for (int s = 0; s < texts.sequences(); s++) {
            int end = texts.sequenceStarts()[s + 1];
            for (int i = texts.sequenceStarts()[s]; i < end; i++) {
                next[i] = i + 1 < end ? labels[i + 1] : CrossEntropy.IGNORED;
            }
        }
        return next;
    }

    private TokenBatch texts(int batch) {
        int[][] ids = rows("in.input_ids", batch);
        int[][] types = file.names().contains("in.token_type_ids")
                ? rows("in.token_type_ids", batch)
                : new int[ids.length][ids[0].length];
        return TokenBatch.masked(ids, types, rows("in.attention_mask", batch));
    }

    private ImageBatch pictures(int batch) {
        long[] shape = file.shape("in.pixel_values"); // [batches, pictures, channels, height, width]
        int[] one = Arrays.stream(shape).skip(1).mapToInt(Math::toIntExact).toArray();
        float[] values = new float[Tensor.elementCount(one)];
        file.read("in.pixel_values", (long) batch * values.length, values, 0, values.length);
        return ImageBatch.of(Tensor.of(values, one));
    }

    /** The labels of real tokens. */
    private int[] labelsOfTokens(int batch) {
        int[][] labels = rows("labels", batch);
        int[][] mask = rows("in.attention_mask", batch);
        return IntStream.range(0, labels.length)
                .flatMap(s -> IntStream.range(0, labels[s].length)
                        .filter(i -> mask[s][i] == 1)
                        .map(i -> labels[s][i]))
                .toArray();
    }

    /** A batch of {@code [batches, rows]}. */
    private int[] row(String name, int batch) {
        int[] values = new int[(int) file.shape(name)[1]];
        file.readInts(name, (long) batch * values.length, values, 0, values.length);
        return values;
    }

    /** A batch of {@code [batches, rows, columns]}. */
    private int[][] rows(String name, int batch) {
        int[][] values = new int[(int) file.shape(name)[1]][(int) file.shape(name)[2]];
        for (int row = 0; row < values.length; row++) {
            int columns = values[row].length;
            file.readInts(name, ((long) batch * values.length + row) * columns, values[row], 0, columns);
        }
        return values;
    }
}
