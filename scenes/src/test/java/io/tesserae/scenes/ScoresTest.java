package io.tesserae.scenes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class ScoresTest {

    private static final int SCENES = 60;

    /** Knows the scenes, in their order, and says what is made of their sentences; words about a thing look at it, or past it. */
    private static Captioner knowing(UnaryOperator<String> change, boolean looks) {
        int[] number = {0};
        return pixels -> {
            Scene scene = Scene.draw(3, number[0]++);
            String text = change.apply(scene.sentence().text());
            List<float[]> attention = new ArrayList<>();
            List<Sentence.Word> words =
                    Sentence.parse(text).map(Sentence::words).orElse(List.of());
            for (int word = 0; word < text.split(" ").length; word++) {
                int thing = word < words.size() ? words.get(word).thing() : -1;
                attention.add(
                        thing < 0 || !looks
                                ? new float[64]
                                : attention(scene.things().get(thing)));
            }
            return new Answer(text, attention);
        };
    }

    private static float[] attention(Thing thing) {
        Box box = Box.around(thing.mask());
        float[] attention = new float[64];
        attention[(int) box.y() / 8 * 8 + (int) box.x() / 8] = 1;
        return attention;
    }

    @Test
    void whoKnowsEverythingHasItAll() {
        Scores scores = Scores.of(knowing(text -> text, true), 3, SCENES);
        assertEquals(1, scores.sentences());
        for (Sentence.Fact fact :
                List.of(Sentence.Fact.SIZE, Sentence.Fact.COLOUR, Sentence.Fact.SHAPE, Sentence.Fact.RELATION)) {
            assertEquals(1, scores.facts(fact));
        }
        assertEquals(1, scores.pointing(Sentence.Fact.COLOUR));
        assertEquals(1, scores.pointing(Sentence.Fact.SHAPE));
        assertTrue(scores.table().contains("| whole sentence | 60 | 60 | 100.0 % |\n"), scores.table());
    }

    @Test
    void whoDoesNotKnowRedHasNoneOfIt() {
        Scores scores = Scores.of(knowing(text -> text.replace(" red ", " blue "), true), 3, SCENES);
        assertTrue(scores.sentences() > 0.5 && scores.sentences() < 0.95, scores.table());
        assertTrue(
                scores.facts(Sentence.Fact.COLOUR) > 0.7 && scores.facts(Sentence.Fact.COLOUR) < 0.98, scores.table());
        assertEquals(1, scores.facts(Sentence.Fact.SHAPE));
    }

    @Test
    void whoTakesLeftForRightHasTheThings() {
        Scores scores = Scores.of(
                knowing(text -> text.replace(" left of ", " right of ").replace(" above ", " below "), true),
                3,
                SCENES);
        assertTrue(scores.facts(Sentence.Fact.RELATION) < 0.8, scores.table());
        assertEquals(1, scores.facts(Sentence.Fact.SIZE));
    }

    @Test
    void nonsenseHasNothing() {
        Scores scores = Scores.of(knowing(text -> "a cat on a mat", true), 3, SCENES);
        assertEquals(0, scores.sentences());
        assertEquals(0, scores.facts(Sentence.Fact.COLOUR));
        assertEquals(0, scores.facts(Sentence.Fact.RELATION));
        assertEquals(0, scores.pointing(Sentence.Fact.COLOUR));
    }

    @Test
    void whoLooksIntoACornerPointsAtNothing() {
        Scores scores = Scores.of(knowing(text -> text, false), 3, SCENES);
        assertEquals(1, scores.sentences());
        assertTrue(scores.pointing(Sentence.Fact.SHAPE) < 0.2, scores.table());
    }

    @Test
    void anAnswerHasAMapForEachWord() {
        assertThrows(IllegalArgumentException.class, () -> new Answer("a cat", List.of(new float[64])));
    }
}
