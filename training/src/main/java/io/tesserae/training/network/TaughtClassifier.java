package io.tesserae.training.network;

import io.tesserae.model.ImageBatch;
import io.tesserae.training.layer.Linear;
import io.tesserae.training.layer.Rows;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A classifier of pictures by their class token, and another by the distillation token that follows it: Touvron et
 * al., arXiv 2012.12877, section 4.
 */
public record TaughtClassifier(Network.OfPictures encoder, Linear classifier, Linear distillationClassifier)
        implements Network.OfTaughtPictures {

    @Override
    public Logits logits(Tape tape, ImageBatch batch) {
        int[] starts = encoder.starts(batch);
        int pictures = batch.images();
        int[] firstTwo =
                IntStream.range(0, 2 * pictures).map(i -> starts[i / 2] + i % 2).toArray();
        Variable both =
                encoder.hiddenStates(tape, batch, Optional.of(Rows.of(firstTwo, starts))); // [2 · pictures, hidden]
        return new Logits(
                classifier.forward(tape, everySecond(tape, both, 0)),
                distillationClassifier.forward(tape, everySecond(tape, both, 1))); // [pictures, labels] each
    }

    private static Variable everySecond(Tape tape, Variable both, int first) {
        int pictures = both.rows() / 2;
        int[] pairs = IntStream.rangeClosed(0, pictures).map(i -> 2 * i).toArray();
        int[] rows = IntStream.range(0, pictures).map(i -> 2 * i + first).toArray();
        return Rows.of(rows, pairs).gather(tape, both);
    }
}
