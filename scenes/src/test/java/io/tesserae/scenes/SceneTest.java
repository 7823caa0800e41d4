package io.tesserae.scenes;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class SceneTest {

    /** What the captioner was trained and measured on: another checksum means other scenes, and another card. */
    @Test
    void scenesAreTheSameBytesOnEveryMachine() {
        CRC32 checksum = new CRC32();
        for (int number = 0; number < 500; number++) {
            checksum.update(Scene.draw(3, number).pixels());
        }
        assertEquals(3391526366L, checksum.getValue());
    }

    @Test
    void aSceneOfASeedIsNotOneOfAnother() {
        Set<String> pictures = new HashSet<>();
        for (long seed = 1; seed <= 3; seed++) {
            for (int number = 0; number < 100; number++) {
                assertTrue(pictures.add(Arrays.toString(Scene.draw(seed, number).pixels())));
            }
        }
        assertArrayEquals(Scene.draw(1, 5).pixels(), Scene.draw(1, 5).pixels());
    }

    @Property(tries = 300)
    void sentencesCanBeRead(@ForAll long seed, @ForAll long number) {
        Sentence sentence = Scene.draw(seed, number).sentence();
        assertEquals(Optional.of(sentence), Sentence.parse(sentence.text()));
    }

    /** The masks are the truth that attention is measured against: each is to be where its thing's colour is. */
    @Property(tries = 300)
    void aThingIsWhereItsMaskSays(@ForAll long seed, @ForAll long number) {
        Scene scene = Scene.draw(seed, number);
        for (Thing thing : scene.things()) {
            Tone tone = thing.description().colour().tone();
            double inside = tone.distance(mean(scene, thing, true));
            double outside = tone.distance(mean(scene, thing, false));
            assertTrue(inside < 0.6 * outside, () -> scene.sentence().text() + ": " + inside + ", " + outside);
        }
    }

    private static Tone mean(Scene scene, Thing thing, boolean inside) {
        double[] sums = new double[3];
        int count = 0;
        for (int pixel = 0; pixel < thing.mask().length; pixel++) {
            if (thing.mask()[pixel] == inside) {
                count++;
                for (int channel = 0; channel < 3; channel++) {
                    sums[channel] += scene.pixels()[3 * pixel + channel] & 255;
                }
            }
        }
        return new Tone(sums[0] / count, sums[1] / count, sums[2] / count);
    }

    /** Exactly one sentence is right: what it says of sizes, order and places is what is in the picture. */
    @Property(tries = 300)
    void sentencesAreTrue(@ForAll long seed, @ForAll long number) {
        Scene scene = Scene.draw(seed, number);
        List<Box> boxes =
                scene.things().stream().map(thing -> Box.around(thing.mask())).toList();
        for (int thing = 0; thing < boxes.size(); thing++) {
            Size size = scene.things().get(thing).description().size();
            assertEquals(
                    size == Size.SMALL,
                    boxes.get(thing).height() < 20,
                    () -> scene.sentence().text());
        }
        if (boxes.size() == 2) {
            Description first = scene.sentence().things().get(0);
            Description second = scene.sentence().things().get(1);
            assertFalse(first.size() == Size.LARGE && second.size() == Size.SMALL, "the smaller one is named first");
            boolean asLarge = first.size() == second.size();
            Relation relation = scene.sentence().relation();
            assertTrue(
                    !asLarge || relation == Relation.LEFT_OF || relation == Relation.ABOVE,
                    "of two as large, the left or upper one is named first");
        }
        assertTrue(
                holds(scene.sentence().relation(), boxes),
                () -> scene.sentence().text());
    }

    private static boolean holds(Relation relation, List<Box> boxes) {
        Box first = boxes.getFirst();
        Box second = boxes.getLast();
        double middle = Scene.SIDE / 2.0;
        return switch (relation) {
            case LEFT_OF -> first.right() <= second.left();
            case RIGHT_OF -> first.left() >= second.right();
            case ABOVE -> first.bottom() <= second.top();
            case BELOW -> first.top() >= second.bottom();
            case IN_THE_MIDDLE -> Math.abs(first.x() - middle) < 8.5 && Math.abs(first.y() - middle) < 8.5;
            case AT_THE_TOP_LEFT -> first.x() < middle - 7.5 && first.y() < middle - 7.5;
            case AT_THE_TOP_RIGHT -> first.x() > middle + 7.5 && first.y() < middle - 7.5;
            case AT_THE_BOTTOM_LEFT -> first.x() < middle - 7.5 && first.y() > middle + 7.5;
            case AT_THE_BOTTOM_RIGHT -> first.x() > middle + 7.5 && first.y() > middle + 7.5;
        };
    }

    @Test
    void everyWordOccurs() {
        Set<Shape> shapes = EnumSet.noneOf(Shape.class);
        Set<Colour> colours = EnumSet.noneOf(Colour.class);
        Set<Relation> relations = EnumSet.noneOf(Relation.class);
        Set<Background> backgrounds = EnumSet.noneOf(Background.class);
        for (int number = 0; number < 500; number++) {
            Scene scene = Scene.draw(3, number);
            scene.things().forEach(thing -> {
                shapes.add(thing.description().shape());
                colours.add(thing.description().colour());
            });
            relations.add(scene.sentence().relation());
            scene.sentence().background().ifPresent(backgrounds::add);
        }
        assertEquals(EnumSet.allOf(Shape.class), shapes);
        assertEquals(EnumSet.allOf(Colour.class), colours);
        assertEquals(EnumSet.allOf(Relation.class), relations);
        assertEquals(EnumSet.allOf(Background.class), backgrounds);
    }
}
