package io.tesserae.scenes;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is said of a scene. There are two kinds: "a small red circle left of a large blue square", and, of a thing that
 * is alone, "a small red circle at the top left of a striped background".
 *
 * @param things one or two, in the order in which they are named
 * @param background given if there is one thing
 */
public record Sentence(List<Description> things, Relation relation, Optional<Background> background) {

    /** What a word of a sentence says. */
    public enum Fact {
        SIZE,
        COLOUR,
        SHAPE,
        RELATION,
        BACKGROUND,
        NOTHING
    }

    /**
     * A word of a sentence.
     *
     * @param thing the number of the thing that it describes, from 0; -1 if none
     */
    public record Word(String text, Fact fact, int thing) {}

    /** By their words. */
    private static final Map<String, Description> DESCRIPTIONS = descriptions();

    public Sentence {
        things = List.copyOf(things);
        if (things.size() != (relation.isOfTwo() ? 2 : 1) || background.isPresent() == relation.isOfTwo()) {
            throw new IllegalArgumentException(
                    "two things without a background, or one with it: " + things + ", " + relation + ", " + background);
        }
    }

    /** The words, in their order. */
    public List<Word> words() {
        List<Word> words = new ArrayList<>();
        describe(0, words);
        add(relation.words(), Fact.RELATION, -1, words);
        if (relation.isOfTwo()) {
            describe(1, words);
        } else {
            add("of a", Fact.NOTHING, -1, words);
            add(background.orElseThrow().word(), Fact.BACKGROUND, -1, words);
            add("background", Fact.NOTHING, -1, words);
        }
        return words;
    }

    private void describe(int thing, List<Word> words) {
        Description description = things.get(thing);
        add("a", Fact.NOTHING, -1, words);
        add(description.size().word(), Fact.SIZE, thing, words);
        add(description.colour().word(), Fact.COLOUR, thing, words);
        add(description.shape().words(), Fact.SHAPE, thing, words);
    }

    private static void add(String text, Fact fact, int thing, List<Word> words) {
        for (String word : text.split(" ")) {
            words.add(new Word(word, fact, thing));
        }
    }

    /** The sentence as it is written. */
    public String text() {
        return String.join(" ", words().stream().map(Word::text).toList());
    }

    /** Reads a sentence; empty if it is none of these. */
    public static Optional<Sentence> parse(String text) {
        for (Relation relation : Relation.values()) {
            String between = " " + relation.words() + (relation.isOfTwo() ? " a " : " of a ");
            int at = text.indexOf(between);
            // "left of a" is in "at the top left of a", too: then what is before it describes nothing.
            Description first = at >= 2 && text.startsWith("a ") ? DESCRIPTIONS.get(text.substring(2, at)) : null;
            if (first != null) {
                return parse(first, relation, text.substring(at + between.length()));
            }
        }
        return Optional.empty();
    }

    private static Optional<Sentence> parse(Description first, Relation relation, String rest) {
        if (relation.isOfTwo()) {
            return Optional.ofNullable(DESCRIPTIONS.get(rest))
                    .map(second -> new Sentence(List.of(first, second), relation, Optional.empty()));
        }
        for (Background background : Background.values()) {
            if (rest.equals(background.word() + " background")) {
                return Optional.of(new Sentence(List.of(first), relation, Optional.of(background)));
            }
        }
        return Optional.empty();
    }

    private static Map<String, Description> descriptions() {
        Map<String, Description> descriptions = new HashMap<>();
        for (Size size : Size.values()) {
            for (Colour colour : Colour.values()) {
                for (Shape shape : Shape.values()) {
                    Description description = new Description(size, colour, shape);
                    descriptions.put(description.words(), description);
                }
            }
        }
        return descriptions;
    }
}
