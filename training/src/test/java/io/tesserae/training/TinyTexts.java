package io.tesserae.training;

import io.tesserae.family.Head;
import io.tesserae.model.TokenBatch;
import io.tesserae.training.loss.CrossEntropy;
import io.tesserae.training.network.Network;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;
import java.util.stream.IntStream;

/** Twenty texts of 1 to 12 tokens, which a tiny BERT learns to tell apart by their first word. */
final class TinyTexts {

    static final int EXAMPLES = 20;

    private TinyTexts() {}

    static FixtureTask task(double dropout) {
        return task(dropout, EXAMPLES);
    }

    static FixtureTask task(double dropout, int examples) {
        return FixtureTask.of("head-bert-sequence", Head.SEQUENCE_CLASSIFICATION, dropout, examples, TinyTexts::loss);
    }

    /** Without dropout, and with another loss. */
    static FixtureTask task(FixtureTask.Loss loss) {
        return FixtureTask.of("head-bert-sequence", Head.SEQUENCE_CLASSIFICATION, 0, EXAMPLES, loss);
    }

    static Variable loss(Network network, Tape tape, int[] examples) {
        TokenBatch batch =
                TokenBatch.of(IntStream.of(examples).mapToObj(TinyTexts::ids).toArray(int[][]::new));
        int[] labels = IntStream.of(examples).map(example -> example % 2).toArray();
        return CrossEntropy.PLAIN.of(tape, ((Network.OfSequences) network).logits(tape, batch), labels);
    }

    private static int[] ids(int example) {
        return IntStream.rangeClosed(0, example * 5 % 12)
                .map(position -> position == 0 ? 5 + example % 2 : 7 + (example * 31 + position * 17) % 90)
                .toArray();
    }
}
