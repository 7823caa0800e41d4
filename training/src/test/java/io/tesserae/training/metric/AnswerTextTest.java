package io.tesserae.training.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Recorded values are those of SQuAD's script under Python 3.11. */
class AnswerTextTest {

    @Test
    void normalized() {
        assertEquals("cats hat", AnswerText.normalize("The  cat's  hat!"));
        assertEquals("apple day", AnswerText.normalize("An apple, a day"));
        assertEquals("théâtre of absurd", AnswerText.normalize("théâtre of the absurd"));
        assertEquals("ab theend", AnswerText.normalize("a-b the.end"));
        assertEquals("école « » naïve", AnswerText.normalize("ÉCOLE «the» naïve"));
        assertEquals("spaced out", AnswerText.normalize("\u2003spaced\u00a0out\u3000 "));
        assertEquals("usa 500", AnswerText.normalize("U.S.A. $5.00"));
        assertEquals("", AnswerText.normalize("the"));
        assertEquals("ünthe athe", AnswerText.normalize("Ünthe a_the"));
    }

    @Test
    void wordsCountAsOftenAsTheyStandInBoth() {
        assertEquals(0.8, AnswerText.f1("the big big dog", List.of("big dog")), 1e-15);
        assertEquals(0.5714285714285715, AnswerText.f1("big dog barks", List.of("the dog, it barks loudly")), 1e-15);
        assertEquals(0.6666666666666666, AnswerText.f1("x y z", List.of("z z y")), 1e-15);
        assertEquals(0.0, AnswerText.f1("one", List.of("two")), 1e-15);
    }

    @Test
    void theNearestReferenceCounts() {
        assertEquals(1, AnswerText.exactMatch("the Eiffel Tower!", List.of("Paris", "eiffel tower")));
        assertEquals(0, AnswerText.exactMatch("tower", List.of("Paris", "eiffel tower")));
        assertEquals(2 / 3.0, AnswerText.f1("tower", List.of("Paris", "eiffel tower")), 1e-15);
    }

    @Test
    void noWordsInCommonIsZeroEvenOfNone() {
        assertEquals(1, AnswerText.exactMatch("the", List.of("")));
        assertEquals(0, AnswerText.f1("the", List.of("")));
        assertThrows(IllegalArgumentException.class, () -> AnswerText.f1("a", List.of()));
    }
}
