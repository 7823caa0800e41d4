package io.tesserae.scenes;

import java.util.List;
import java.util.Optional;

/**
 * Draws one scene. So that exactly one sentence is right: of two things the smaller is named first, and of two that are
 * as large the left or upper one; a thing that is alone is told with its place and its background.
 */
final class Artist {

    /** How far a background is from the colour of every thing, at least: a third of the way from black to white. */
    private static final double LEAST_CONTRAST = 85;

    private static final Relation[] CORNERS = {
        Relation.AT_THE_TOP_LEFT, Relation.AT_THE_TOP_RIGHT, Relation.AT_THE_BOTTOM_LEFT, Relation.AT_THE_BOTTOM_RIGHT
    };

    private final Randomness random;
    private final Canvas canvas = new Canvas();

    Artist(Randomness random) {
        this.random = random;
    }

    /** A thing before it is drawn. */
    private record Plan(Description description, double radius) {

        Colour colour() {
            return description.colour();
        }
    }

    Painting scene() {
        return random.chance(0.35) ? alone(plan()) : pair();
    }

    /** A scene with one thing, of this shape. */
    Painting alone(Shape shape) {
        Description description = new Description(random.oneOf(Size.values()), random.oneOf(Colour.values()), shape);
        return alone(planned(description));
    }

    private Painting alone(Plan plan) {
        Background background = paintBackground(List.of(plan));
        double middle = Scene.SIDE / 2.0;
        double x = middle + random.between(-4, 4);
        double y = middle + random.between(-4, 4);
        Relation place = Relation.IN_THE_MIDDLE;
        if (random.chance(0.75)) {
            int corner = random.below(4);
            double most = middle - plan.radius - 1;
            x = middle + (corner % 2 == 0 ? -1 : 1) * random.between(12, most);
            y = middle + (corner < 2 ? -1 : 1) * random.between(12, most);
            place = CORNERS[corner];
        }
        Thing thing = draw(plan, x, y);
        return finished(new Sentence(List.of(plan.description), place, Optional.of(background)), List.of(thing));
    }

    private Painting pair() {
        Plan first = plan();
        Plan second = plan();
        while (second.colour() == first.colour() || second.description.shape() == first.description.shape()) {
            second = plan();
        }
        boolean asLarge = first.description.size() == second.description.size();
        if (!asLarge && second.radius < first.radius) {
            Plan larger = first;
            first = second;
            second = larger;
        }
        paintBackground(List.of(first, second));
        boolean across = random.chance(0.5);
        // Of two that are as large, the left or upper one is the first.
        boolean before = asLarge || random.chance(0.5);
        double apart = random.between(first.radius + second.radius + 2, Scene.SIDE - first.radius - second.radius - 2);
        double start = random.between(1, Scene.SIDE - first.radius - second.radius - apart - 1);
        double firstAlong = before ? start + first.radius : start + second.radius + apart;
        double secondAlong = before ? firstAlong + apart : start + second.radius;
        // Clearly beside or clearly above: the other way they differ by less than half as much.
        double firstSide = random.between(first.radius + 1, Scene.SIDE - first.radius - 1);
        double secondSide = random.between(
                Math.max(second.radius + 1, firstSide - apart * 0.45),
                Math.min(Scene.SIDE - second.radius - 1, firstSide + apart * 0.45));
        Relation relation =
                across ? before ? Relation.LEFT_OF : Relation.RIGHT_OF : before ? Relation.ABOVE : Relation.BELOW;
        List<Thing> things = List.of(
                draw(first, across ? firstAlong : firstSide, across ? firstSide : firstAlong),
                draw(second, across ? secondAlong : secondSide, across ? secondSide : secondAlong));
        return finished(
                new Sentence(List.of(first.description, second.description), relation, Optional.empty()), things);
    }

    private Plan plan() {
        return planned(new Description(
                random.oneOf(Size.values()), random.oneOf(Colour.values()), random.oneOf(Shape.values())));
    }

    private Plan planned(Description description) {
        return new Plan(description, description.size().pixels(random) / 2);
    }

    private Thing draw(Plan plan, double x, double y) {
        Pose pose = new Pose(x, y, plan.radius, random.between(-0.08, 0.08));
        boolean[] mask = canvas.draw(
                plan.description.shape().outline(random), pose, plan.colour().jittered(random));
        return new Thing(plan.description, mask);
    }

    private Painting finished(Sentence sentence, List<Thing> things) {
        canvas.addNoise(Math.max(0, random.between(-3, 14)), random);
        return new Painting(canvas.pixels(), sentence, things);
    }

    /** Backgrounds are greyish, from black to white, and away from the colours of the things. */
    private Background paintBackground(List<Plan> plans) {
        Background background = random.oneOf(Background.values());
        double contrast = random.between(45, 75);
        Tone dark = tone(background, contrast);
        while (!standsOut(plans, dark)
                || background != Background.PLAIN && !standsOut(plans, dark.brighter(contrast))) {
            dark = tone(background, contrast);
        }
        background.paint(canvas, dark, contrast, random);
        int dots = random.below(8);
        for (int dot = 0; dot < dots; dot++) {
            canvas.dot(dark.brighter(random.between(-20, contrast + 20)), random.between(0.7, 1.3), random);
        }
        return background;
    }

    private Tone tone(Background background, double contrast) {
        if (background == Background.PLAIN && random.chance(0.3)) {
            return random.chance(0.7) ? new Tone(255, 255, 255) : new Tone(0, 0, 0);
        }
        double grey = random.between(0, background == Background.PLAIN ? 255 : 255 - contrast);
        return new Tone(grey, grey, grey)
                .plus(random.between(-25, 25), random.between(-25, 25), random.between(-25, 25))
                .clamped();
    }

    private static boolean standsOut(List<Plan> plans, Tone tone) {
        return plans.stream().allMatch(plan -> plan.colour().tone().distance(tone) >= LEAST_CONTRAST);
    }

    /** What was painted: the parts of a {@link Scene}. */
    record Painting(byte[] pixels, Sentence sentence, List<Thing> things) {}
}
