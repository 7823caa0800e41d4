package io.tesserae.training.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Recorded values follow seqeval's {@code get_entities}. */
class EntityTest {

    @ParameterizedTest
    @CsvSource({
        "B-PER I-PER O B-LOC, PER:0-1 LOC:3-3",
        "I-PER I-PER O I-LOC I-ORG, PER:0-1 LOC:3-3 ORG:4-4",
        "B-PER B-PER I-PER, PER:0-0 PER:1-2",
        "I-A E-A I-A E-A E-A, A:0-1 A:2-3 A:4-4",
        "S-A B-A I-A E-A S-B, A:0-0 A:1-3 B:4-4",
        "B-A I-B I-B O, A:0-0 B:1-2",
        "B-A E-B, A:0-0 B:1-1",
        "B I O B, _:0-1 _:3-3",
        "B-X-Y I-X-Y I-X, X-Y:0-1 X:2-2",
        "E-A E-A I-A I-A, A:0-0 A:1-1 A:2-3",
        "O O O, ''",
        "NOUN NOUN VERB NOUN, OUN:0-1 ERB:2-2 OUN:3-3",
        "B-A O I-A, A:0-0 A:2-2",
        "P PA P, _:0-0 A:1-1"
    })
    void entities(String labels, String expected) {
        String found = Entity.of(List.of(labels.split(" "))).stream()
                .map(entity -> entity.type() + ":" + entity.first() + "-" + entity.last())
                .collect(Collectors.joining(" "));
        assertEquals(expected, found);
    }

    @Test
    void anEmptyLabelIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> Entity.of(List.of("O", "")));
    }

    /** The example of seqeval's documentation. */
    @Test
    void scoresOfSentences() {
        List<List<String>> labels =
                List.of(List.of("O", "O", "O", "B-MISC", "I-MISC", "I-MISC", "O"), List.of("B-PER", "I-PER", "O"));
        List<List<String>> predictions =
                List.of(List.of("O", "O", "B-MISC", "I-MISC", "I-MISC", "I-MISC", "O"), List.of("B-PER", "I-PER", "O"));
        assertEquals(new EntityScores(0.5, 0.5, 0.5, 0.8), EntityScores.of(predictions, labels));
    }

    @Test
    void nothingFoundIsZero() {
        List<List<String>> outside = List.of(List.of("O", "O"));
        assertEquals(new EntityScores(0, 0, 0, 1), EntityScores.of(outside, outside));
        assertThrows(IllegalArgumentException.class, () -> EntityScores.of(outside, List.of(List.of("O"))));
        assertThrows(IllegalArgumentException.class, () -> EntityScores.of(List.of(List.of()), List.of(List.of())));
    }
}
