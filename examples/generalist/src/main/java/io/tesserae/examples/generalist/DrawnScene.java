package io.tesserae.examples.generalist;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * A small picture of one thing or two, with everything that can be said of it: "a large red circle at the top left", "a red
 * circle left of a blue square". Each picture is the same on every machine: its pixels are decided one by one, not by a
 * drawing library.
 *
 * @param pixels red, green and blue of each pixel: {@code [side, side, 3]}, unsigned bytes
 * @param side the width and the height, in pixels
 * @param things one, or two of different shapes and colours
 * @param relation what lies between the first of two and the second: {@link #RELATIONS}; of one thing, its place:
 *     {@link #PLACES}
 */
public record DrawnScene(byte[] pixels, int side, List<Thing> things, String relation) {

    /** The usual width and height, in pixels. */
    public static final int SIDE = 32;

    /** Where a thing is that is alone: row by row, from the top left to the bottom right. */
    public static final List<String> PLACES = List.of(
            "at the top left",
            "at the top",
            "at the top right",
            "at the left",
            "in the middle",
            "at the right",
            "at the bottom left",
            "at the bottom",
            "at the bottom right");

    /** Where the first of two things is, seen from the second. */
    public static final List<String> RELATIONS = List.of("left of", "above");

    private static final List<Form> FORMS = List.of(Form.values());
    private static final List<Size> SIZES = List.of(Size.values());

    /** Each pixel is looked at in so many rows and columns of points. */
    private static final int POINTS = 4;

    /** Copies pixels and things. */
    public DrawnScene {
        pixels = pixels.clone();
        things = List.copyOf(things);
    }

    /** The shapes of things. Each fills the square from -1 to 1, with y downwards. */
    public enum Form {
        CIRCLE {
            @Override
            boolean covers(double x, double y) {
                return x * x + y * y <= 1;
            }
        },
        SQUARE {
            @Override
            boolean covers(double x, double y) {
                return Math.abs(x) <= 0.9 && Math.abs(y) <= 0.9;
            }
        },
        TRIANGLE {
            @Override
            boolean covers(double x, double y) {
                return y <= 0.9 && Math.abs(x) <= (y + 1) / 1.9;
            }
        },
        CROSS {
            @Override
            boolean covers(double x, double y) {
                return Math.min(Math.abs(x), Math.abs(y)) <= 0.33;
            }
        };

        abstract boolean covers(double x, double y);

        /** The word for it. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The sizes of things. */
    public enum Size {
        SMALL(0.1, 0.125),
        LARGE(0.19, 0.22);

        private final double least;
        private final double most;

        Size(double least, double most) {
            this.least = least;
            this.most = most;
        }

        /** The word for it. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * A thing.
     *
     * @param size how large
     * @param colour its colour
     * @param form its shape
     */
    public record Thing(Size size, Colour colour, Form form) {}

    /**
     * A question about the picture.
     *
     * @param question as a person asks it
     * @param answer the one that is right
     */
    public record Question(String question, String answer) {}

    /** A scene of the usual size. */
    public static DrawnScene of(long seed) {
        return of(seed, SIDE);
    }

    /**
     * A scene.
     *
     * @param seed decides everything but the size
     * @param side its width and height, in pixels; 16 to 1024
     */
    public static DrawnScene of(long seed, int side) {
        if (side < 16 || side > 1024) {
            throw new IllegalArgumentException("side: expected 16 to 1024 pixels, found " + side);
        }
        SeededRandom random = new SeededRandom(seed);
        Canvas canvas = new Canvas(random, side);
        Thing first = thing(random);
        if (random.chance(0.5)) {
            int place = random.below(PLACES.size());
            canvas.draw(first, 0.25 + 0.25 * (place % 3), 0.25 + 0.25 * (place / 3), 0.03);
            return new DrawnScene(canvas.pixels, side, List.of(first), PLACES.get(place));
        }
        Thing second;
        do {
            second = thing(random);
        } while (second.form == first.form || second.colour == first.colour);
        String relation = random.oneOf(RELATIONS);
        boolean across = relation.equals(RELATIONS.getFirst());
        // Clearly beside or clearly above: the other way, they differ by far less.
        double aside = random.between(0.3, 0.7);
        canvas.draw(first, across ? 0.25 : aside, across ? aside : 0.25, 0.03);
        canvas.draw(second, across ? 0.75 : aside, across ? aside : 0.75, 0.03);
        return new DrawnScene(canvas.pixels, side, List.of(first, second), relation);
    }

    private static Thing thing(SeededRandom random) {
        return new Thing(random.oneOf(SIZES), random.oneOf(Colour.ALL), random.oneOf(FORMS));
    }

    @Override
    public byte[] pixels() {
        return pixels.clone();
    }

    /** The one sentence that is right. */
    public String caption() {
        Thing first = things.getFirst();
        return things.size() == 1
                ? "a " + first.size.word() + " " + named(first) + " " + relation
                : "a " + named(first) + " " + relation + " a " + named(things.get(1));
    }

    private static String named(Thing thing) {
        return thing.colour.word() + " " + thing.form.word();
    }

    /** The questions that have one answer, always in the same order. */
    public List<Question> questions() {
        List<Question> questions = new ArrayList<>();
        for (Thing thing : things) {
            questions.add(new Question("what colour is the " + thing.form.word() + "?", thing.colour.word()));
            questions.add(new Question("what shape is the " + thing.colour.word() + " thing?", thing.form.word()));
            questions.add(new Question("how large is the " + thing.form.word() + "?", thing.size.word()));
        }
        questions.add(new Question("how many things are there?", things.size() == 1 ? "one" : "two"));
        Thing first = things.getFirst();
        if (things.size() == 1) {
            questions.add(new Question("where is the " + first.form.word() + "?", relation));
        } else {
            Thing second = things.get(1);
            boolean across = relation.equals(RELATIONS.getFirst());
            questions.add(
                    new Question("what is " + relation + " the " + second.form.word() + "?", "a " + named(first)));
            questions.add(new Question(
                    "what is " + (across ? "right of" : "below") + " the " + first.form.word() + "?",
                    "a " + named(second)));
        }
        return questions;
    }

    /**
     * How many of the facts that the {@link #caption} tells another caption tells right: of one thing its size, colour, shape
     * and place; of two their colours, their shapes and their relation. What it says of the first thing counts for the first
     * thing only. A caption that names another number of things is right about none.
     */
    public Score score(String written) {
        Objects.requireNonNull(written, "written");
        List<List<String>> right = facts(caption());
        List<List<String>> told = facts(written);
        int there = right.stream().mapToInt(List::size).sum();
        int count = 0;
        if (told.getFirst().size() == things.size()) {
            for (int kind = 0; kind < right.size(); kind++) {
                for (int i = 0; i < right.get(kind).size(); i++) {
                    boolean tells = i < told.get(kind).size();
                    count += tells
                                    && told.get(kind)
                                            .get(i)
                                            .equals(right.get(kind).get(i))
                            ? 1
                            : 0;
                }
            }
        }
        return new Score(count, there);
    }

    /**
     * How much of a scene is told.
     *
     * @param right how many facts are right
     * @param facts how many there are
     */
    public record Score(int right, int facts) {}

    /** The shapes, colours, sizes, and places or relations that a caption names, each in the order of the words. */
    private static List<List<String>> facts(String caption) {
        return List.of(
                named(caption, FORMS.stream().map(Form::word)),
                named(caption, Colour.ALL.stream().map(Colour::word)),
                named(caption, SIZES.stream().map(Size::word)),
                named(caption, Stream.concat(PLACES.stream(), RELATIONS.stream())));
    }

    private static List<String> named(String caption, Stream<String> names) {
        String words = " " + caption.strip().toLowerCase(Locale.ROOT).replaceAll("[^a-z]+", " ") + " ";
        // "at the top left" also begins with "at the top": of what begins at one place, the longest is meant.
        String[] at = new String[words.length()];
        names.forEach(name -> {
            String padded = " " + name + " ";
            for (int i = words.indexOf(padded); i >= 0; i = words.indexOf(padded, i + 1)) {
                at[i] = at[i] == null || at[i].length() < name.length() ? name : at[i];
            }
        });
        return Arrays.stream(at).filter(name -> name != null).toList();
    }

    /** The picture, each pixel as a square of {@code zoom} pixels. */
    public BufferedImage picture(int zoom) {
        BufferedImage picture = new BufferedImage(side * zoom, side * zoom, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < side * zoom; y++) {
            for (int x = 0; x < side * zoom; x++) {
                int at = 3 * (y / zoom * side + x / zoom);
                int rgb = (pixels[at] & 255) << 16 | (pixels[at + 1] & 255) << 8 | pixels[at + 2] & 255;
                picture.setRGB(x, y, rgb);
            }
        }
        return picture;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DrawnScene scene
                && side == scene.side
                && Arrays.equals(pixels, scene.pixels)
                && things.equals(scene.things)
                && relation.equals(scene.relation);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(pixels);
    }

    @Override
    public String toString() {
        return caption();
    }

    /** The pixels as they are drawn. */
    private static final class Canvas {

        private final SeededRandom random;
        private final int side;
        private final byte[] pixels;

        /** A background from black to dark grey, or from light grey to white, away from the colours of all things. */
        Canvas(SeededRandom random, int side) {
            this.random = random;
            this.side = side;
            pixels = new byte[side * side * 3];
            Arrays.fill(pixels, (byte) (random.chance(0.7) ? random.below(40) : 256 - 1 - random.below(12)));
        }

        /** Draws a thing at a place of the picture, which is from 0 to 1, give or take {@code jitter}. */
        void draw(Thing thing, double x, double y, double jitter) {
            double middleX = side * (x + random.between(-jitter, jitter));
            double middleY = side * (y + random.between(-jitter, jitter));
            double radius = side * random.between(thing.size.least, thing.size.most);
            int rgb = thing.colour.rgb();
            int[] tone = {rgb >> 16, rgb >> 8 & 255, rgb & 255};
            for (int channel = 0; channel < 3; channel++) {
                tone[channel] = Math.clamp(tone[channel] + random.below(21) - 10, 0, 255);
            }
            for (int pixel = 0; pixel < side * side; pixel++) {
                int covered = 0;
                for (int point = 0; point < POINTS * POINTS; point++) {
                    double pointX = (pixel % side + (point % POINTS + 0.5) / POINTS - middleX) / radius;
                    double pointY = (pixel / side + (point / POINTS + 0.5) / POINTS - middleY) / radius;
                    boolean inside = Math.abs(pointX) <= 1 && Math.abs(pointY) <= 1;
                    covered += inside && thing.form.covers(pointX, pointY) ? 1 : 0;
                }
                for (int channel = 0; channel < 3; channel++) {
                    int at = 3 * pixel + channel;
                    int was = pixels[at] & 255;
                    pixels[at] = (byte) (was + (tone[channel] - was) * covered / (POINTS * POINTS));
                }
            }
        }
    }
}
