package io.tesserae.scenes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Scenes with one thing each, to learn its shape by or to be asked about it: of any size and colour, somewhere on any
 * background. Shapes take turns, so that there are as many of each. What is learned from and what is asked have no
 * picture in common.
 */
public final class SingleShapes {

    private static final String USAGE =
            "SingleShapes: expected FOLDER TRAIN TEST [SEED], with two numbers of pictures of 0 or more, found ";

    private SingleShapes() {}

    /** What a picture is for. */
    public enum Split {
        /** To learn from. */
        TRAIN("train"),
        /** To be asked about. */
        TEST("test");

        private final String folder;

        Split(String folder) {
            this.folder = folder;
        }
    }

    /**
     * Draws one. It is the same on every machine.
     *
     * @param seed of a set of pictures
     * @param number of the picture in its split, 0 or more; its remainder by the number of shapes says which shape it
     *     is
     * @return a scene with one thing, whose shape's {@linkplain Shape#words() words} are the label
     */
    public static Scene draw(long seed, Split split, int number) {
        if (number < 0) {
            throw new IllegalArgumentException("number: expected 0 or more, found " + number);
        }
        Shape[] shapes = Shape.values();
        // Numbers of the other split are beyond all of this one
        long place = split.ordinal() * (1L << Integer.SIZE) + number;
        return Scene.of(new Artist(new Randomness(seed, place)).alone(shapes[number % shapes.length]));
    }

    /** The label of a picture: the words for the shape. */
    public static String label(Scene scene) {
        return scene.things().getFirst().description().shape().words();
    }

    /**
     * Writes pictures as PNG files, in a folder for each label: {@code FOLDER/train/circle/0.png}, {@code
     * FOLDER/test/circle/0.png}. Arguments: the folder, made if it is not there; how many to learn from; how many to
     * be asked about; the seed, by default 5.
     */
    public static void main(String[] arguments) throws IOException {
        if (arguments.length < 3 || arguments.length > 4) {
            refuse(arguments.length + " arguments");
        }
        try {
            Path folder = Path.of(arguments[0]);
            int train = Integer.parseUnsignedInt(arguments[1]);
            int test = Integer.parseUnsignedInt(arguments[2]);
            long seed = arguments.length > 3 ? Long.parseLong(arguments[3]) : 5;
            write(folder, seed, Split.TRAIN, train);
            write(folder, seed, Split.TEST, test);
        } catch (NumberFormatException e) {
            refuse(String.join(" ", arguments));
        }
    }

    private static void refuse(String found) {
        System.err.println(USAGE + found);
        System.exit(2);
    }

    static void write(Path folder, long seed, Split split, int count) throws IOException {
        for (int number = 0; number < count; number++) {
            Scene scene = draw(seed, split, number);
            Path ofLabel = Files.createDirectories(folder.resolve(split.folder).resolve(label(scene)));
            PngFile.write(scene, ofLabel.resolve(number + ".png"));
        }
    }
}
