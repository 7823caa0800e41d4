package io.tesserae.scenes;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * How good a captioner is: how many sentences are right from the first word to the last, how many of the facts in them,
 * and how often the word for a colour or a shape looks at the right thing (the pointing game of Zhang et al., "Top-down
 * neural attention by excitation backprop", 2016: is the middle of the strongest patch inside the box around the thing?).
 */
public final class Scores {

    private final Share sentences = new Share();
    private final List<String> mistakes = new ArrayList<>();
    private final Map<Sentence.Fact, Share> facts = new EnumMap<>(Sentence.Fact.class);
    private final Map<Sentence.Fact, Share> pointing = new EnumMap<>(Sentence.Fact.class);

    /** So many of so many are right. */
    private static final class Share {
        private int right;
        private int all;

        void count(boolean isRight) {
            right += isRight ? 1 : 0;
            all++;
        }

        double value() {
            return all == 0 ? 0 : right / (double) all;
        }
    }

    private Scores() {
        for (Sentence.Fact fact : Sentence.Fact.values()) {
            facts.put(fact, new Share());
            pointing.put(fact, new Share());
        }
    }

    /** Asks a captioner about the first scenes of a seed. */
    public static Scores of(Captioner captioner, long seed, int scenes) {
        Scores scores = new Scores();
        LongStream.range(0, scenes)
                .mapToObj(number -> Scene.draw(seed, number))
                .forEach(scene -> scores.add(scene, captioner.answer(scene.pixels())));
        return scores;
    }

    private void add(Scene scene, Answer answer) {
        Sentence expected = scene.sentence();
        boolean isRight = answer.text().equals(expected.text());
        sentences.count(isRight);
        if (!isRight) {
            mistakes.add("\"" + answer.text() + "\" is \"" + expected.text() + "\"");
        }
        Optional<Sentence> said = Sentence.parse(answer.text());
        for (int thing = 0; thing < expected.things().size(); thing++) {
            Description wanted = expected.things().get(thing);
            Optional<Description> given = described(said, thing);
            count(Sentence.Fact.SIZE, given.map(Description::size), wanted.size());
            count(Sentence.Fact.COLOUR, given.map(Description::colour), wanted.colour());
            count(Sentence.Fact.SHAPE, given.map(Description::shape), wanted.shape());
        }
        count(Sentence.Fact.RELATION, said.map(Sentence::relation), expected.relation());
        expected.background()
                .ifPresent(wanted -> count(Sentence.Fact.BACKGROUND, said.flatMap(Sentence::background), wanted));
        said.ifPresent(sentence -> point(scene, sentence.words(), answer.attention()));
    }

    private static Optional<Description> described(Optional<Sentence> said, int thing) {
        return said.map(Sentence::things)
                .filter(things -> thing < things.size())
                .map(things -> things.get(thing));
    }

    private void count(Sentence.Fact fact, Optional<?> given, Object wanted) {
        facts.get(fact).count(given.isPresent() && given.get().equals(wanted));
    }

    private void point(Scene scene, List<Sentence.Word> words, List<float[]> attention) {
        for (int word = 0; word < words.size(); word++) {
            int thing = words.get(word).thing();
            Sentence.Fact fact = words.get(word).fact();
            if (fact == Sentence.Fact.COLOUR || fact == Sentence.Fact.SHAPE) {
                pointing.get(fact)
                        .count(thing < scene.things().size()
                                && isInside(scene.things().get(thing), attention.get(word)));
            }
        }
    }

    /** Whether the middle of the strongest patch, of those as strong the first, is inside the box around the thing. */
    private static boolean isInside(Thing thing, float[] attention) {
        int row = (int) Math.sqrt(attention.length);
        if (row * row != attention.length || Scene.SIDE % row != 0) {
            throw new IllegalArgumentException(attention.length + " patches do not fill a picture of " + Scene.SIDE
                    + " x " + Scene.SIDE + " pixels as squares");
        }
        int strongest = 0;
        for (int patch = 1; patch < attention.length; patch++) {
            if (attention[patch] > attention[strongest]) {
                strongest = patch;
            }
        }
        int side = Scene.SIDE / row;
        return Box.around(thing.mask()).contains((strongest % row + 0.5) * side, (strongest / row + 0.5) * side);
    }

    /** The share of sentences that are right from the first word to the last. */
    public double sentences() {
        return sentences.value();
    }

    /** The sentences that are wrong, each with the one that is right. */
    public List<String> mistakes() {
        return List.copyOf(mistakes);
    }

    /** The share of such facts that are right: for each thing of every scene its size, colour and shape, for every scene the relation. */
    public double facts(Sentence.Fact fact) {
        return facts.get(fact).value();
    }

    /** The share of words for a colour or a shape that look at the thing which they describe. */
    public double pointing(Sentence.Fact fact) {
        return pointing.get(fact).value();
    }

    /** A table, in Markdown. */
    public String table() {
        StringBuilder table = new StringBuilder("| what | right | of | share |\n|---|--:|--:|--:|\n");
        row("whole sentence", sentences, table);
        row("size of a thing", facts.get(Sentence.Fact.SIZE), table);
        row("colour of a thing", facts.get(Sentence.Fact.COLOUR), table);
        row("shape of a thing", facts.get(Sentence.Fact.SHAPE), table);
        row("relation, or place", facts.get(Sentence.Fact.RELATION), table);
        row("background", facts.get(Sentence.Fact.BACKGROUND), table);
        row("word for a colour looks at its thing", pointing.get(Sentence.Fact.COLOUR), table);
        row("word for a shape looks at its thing", pointing.get(Sentence.Fact.SHAPE), table);
        return table.toString();
    }

    private static void row(String what, Share share, StringBuilder table) {
        table.append(String.format(
                Locale.ROOT, "| %s | %d | %d | %.1f %% |\n", what, share.right, share.all, 100 * share.value()));
    }
}
