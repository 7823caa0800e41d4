package io.tesserae.examples.generalist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.examples.generalist.DrawnScene.Question;
import io.tesserae.examples.generalist.DrawnScene.Score;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

class DrawnSceneTest {

    /** Pictures that a model has learned from stay what they were. */
    @Test
    void picturesAreTheSameEverywhere() {
        CRC32 checksum = new CRC32();
        for (long seed = 0; seed < 50; seed++) {
            checksum.update(DrawnScene.of(seed).pixels());
        }
        assertEquals(0xFB6539C7L, checksum.getValue());
        assertEquals(DrawnScene.of(9), DrawnScene.of(9));
        assertNotEquals(DrawnScene.of(9), DrawnScene.of(10));
    }

    @Test
    void captionsTellWhatIsThere() {
        assertEquals("a large purple square at the top", DrawnScene.of(0).caption());
        assertEquals("a blue circle above a purple square", DrawnScene.of(1).caption());
        assertEquals(
                "a yellow triangle left of a purple square", DrawnScene.of(2).caption());
    }

    @Test
    void thingsAreWhereTheCaptionSays() {
        for (long seed = 0; seed < 200; seed++) {
            DrawnScene scene = DrawnScene.of(seed, 64);
            byte[] pixels = scene.pixels();
            // The corner is background; what differs from it is a thing.
            double x = 0;
            double y = 0;
            int covered = 0;
            for (int pixel = 0; pixel < 64 * 64; pixel++) {
                int off = 0;
                for (int channel = 0; channel < 3; channel++) {
                    off += Math.abs((pixels[3 * pixel + channel] & 255) - (pixels[channel] & 255));
                }
                if (off > 60) {
                    x += pixel % 64;
                    y += pixel / 64;
                    covered++;
                }
            }
            assertTrue(covered > 30, scene.caption());
            // A place is 16 pixels from the next; a triangle has its weight below its middle.
            if (scene.things().size() == 1) {
                int place = DrawnScene.PLACES.indexOf(scene.relation());
                assertEquals(16 + 16 * (place % 3), x / covered, 7, scene.caption());
                assertEquals(16 + 16 * (place / 3), y / covered, 7, scene.caption());
            }
        }
    }

    @Test
    void everyThingIsDrawnSometimes() {
        Set<String> words = new HashSet<>();
        for (long seed = 0; seed < 400; seed++) {
            words.addAll(List.of(DrawnScene.of(seed, 16).caption().split(" ")));
        }
        assertTrue(words.containsAll(List.of(
                "circle",
                "square",
                "triangle",
                "cross",
                "red",
                "green",
                "blue",
                "purple",
                "yellow",
                "grey",
                "small",
                "large",
                "middle",
                "top",
                "bottom",
                "left",
                "right",
                "above")));
    }

    @Test
    void questionsHaveTheirAnswers() {
        assertEquals(
                List.of(
                        new Question("what colour is the square?", "purple"),
                        new Question("what shape is the purple thing?", "square"),
                        new Question("how large is the square?", "large"),
                        new Question("how many things are there?", "one"),
                        new Question("where is the square?", "at the top")),
                DrawnScene.of(0).questions());
        List<Question> two = DrawnScene.of(1).questions();
        assertTrue(two.contains(new Question("what is above the square?", "a blue circle")));
        assertTrue(two.contains(new Question("what is below the circle?", "a purple square")));
    }

    @Test
    void factsAreCounted() {
        DrawnScene one = DrawnScene.of(0);
        assertEquals(new Score(4, 4), one.score("A large purple square at the top."));
        assertEquals(new Score(3, 4), one.score("a large purple square at the top left"));
        assertEquals(new Score(2, 4), one.score("a small purple square"));
        assertEquals(new Score(0, 4), one.score("a purple square above a red circle"));
        assertEquals(new Score(0, 4), one.score(""));
        DrawnScene two = DrawnScene.of(1);
        assertEquals(new Score(5, 5), two.score("a blue circle above a purple square"));
        assertEquals(new Score(4, 5), two.score("a blue circle left of a purple square"));
        assertEquals(new Score(1, 5), two.score("a purple square above a blue circle"));
        assertEquals(new Score(0, 5), two.score("a large blue circle in the middle"));
    }

    @Test
    void everyCaptionIsRightAboutItself() {
        for (long seed = 0; seed < 500; seed++) {
            DrawnScene scene = DrawnScene.of(seed, 16);
            int facts = scene.things().size() == 1 ? 4 : 5;
            assertEquals(new Score(facts, facts), scene.score(scene.caption()), scene.caption());
        }
    }

    @Test
    void picturesHaveASize() {
        assertEquals(3 * 48 * 48, DrawnScene.of(1, 48).pixels().length);
        assertEquals(128, DrawnScene.of(1).picture(4).getWidth());
        assertThrows(IllegalArgumentException.class, () -> DrawnScene.of(1, 8));
    }
}
