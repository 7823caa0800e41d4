package io.tesserae.family;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tesserae.families.Families;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which head is meant by a checkpoint that does not say it: its tensors tell. */
class HeadsTest {

    private static final String[] POOLERS = {"bert.pooler.dense.weight", "pre_classifier.weight"};

    @ParameterizedTest
    @ValueSource(strings = {"bert", "distilbert"})
    void tensorsTellOfTheHead(String modelType) {
        Heads heads = Families.ALL.of(modelType).orElseThrow().heads();
        String pooler = modelType.equals("bert") ? POOLERS[0] : POOLERS[1];

        assertEquals(Optional.empty(), heads.toldBy(Set.of(pooler)));
        assertEquals(Optional.of(Head.TOKEN_CLASSIFICATION), heads.toldBy(Set.of("classifier.weight")));
        assertEquals(Optional.of(Head.SEQUENCE_CLASSIFICATION), heads.toldBy(Set.of("classifier.weight", pooler)));
        assertEquals(Optional.of(Head.QUESTION_ANSWERING), heads.toldBy(Set.of("qa_outputs.weight", pooler)));
    }

    /** Its tensors are its own, and {@code classifier} is the name of several heads'. */
    @ParameterizedTest
    @ValueSource(strings = {"bert", "distilbert"})
    void questionAnsweringIsMeantEvenBesideAnotherHead(String modelType) {
        Heads heads = Families.ALL.of(modelType).orElseThrow().heads();
        String pooler = modelType.equals("bert") ? POOLERS[0] : POOLERS[1];

        assertEquals(
                Optional.of(Head.QUESTION_ANSWERING),
                heads.toldBy(Set.of("classifier.weight", "qa_outputs.weight", pooler)));
        assertEquals(
                Optional.of(Head.QUESTION_ANSWERING), heads.toldBy(Set.of("classifier.weight", "qa_outputs.weight")));
    }
}
