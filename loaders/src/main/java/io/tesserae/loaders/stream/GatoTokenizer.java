package io.tesserae.loaders.stream;

import io.tesserae.arguments.Arguments;
import io.tesserae.loaders.PretrainedConfig;
import io.tesserae.model.PicturePatches;
import io.tesserae.model.StreamBatch;
import io.tesserae.model.TokenBatch;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/**
 * One sequence of words, numbers, pictures and actions: Reed et al., "A Generalist Agent", arXiv 2205.06175, sections 2.1 and 2.2; and
 * where its open reproduction does otherwise, that. Immutable and thread-safe, if the function is that it is given.
 *
 * <p>A step of an episode is
 *
 * <pre>
 * what is observed: words, patches of pictures, whole numbers, real numbers | separator | what is done
 * </pre>
 *
 * and the next step follows. Every element of an observation has its place in it; the separator and actions have none. A text, with a
 * picture before it perhaps, is a sequence without separators and places.
 */
public final class GatoTokenizer {

    private final GatoNumbers numbers;
    private final PicturePatching patching;
    private final Convention convention;
    private final Function<String, int[]> words;

    /** Where the paper and its reproduction differ. */
    public enum Convention {
        /**
         * An observation's parts come in the order of their names. A whole number is its own id, and so shares it with a word. Real numbers
         * of an action are in [-1, 1] already. A model learns to foretell words and actions.
         */
        PAPER,
        /**
         * An observation's parts come in the order words, pictures, whole numbers, real numbers. A whole number is the bin of that number; one
         * that is too large becomes the separator, and one that is negative 0. Real numbers of an action are companded as others are. A model
         * learns to foretell separators too.
         */
        REPRODUCTION
    }

    /**
     * A tokenizer.
     *
     * @param patchSize height and width of a patch, in pixels; 1 or more
     * @param words the ids of a text, each below {@link GatoNumbers#words}
     */
    public GatoTokenizer(GatoNumbers numbers, int patchSize, Convention convention, Function<String, int[]> words) {
        this.numbers = Arguments.require(numbers, "numbers");
        this.convention = Arguments.require(convention, "convention");
        this.words = Arguments.require(words, "words");
        if (patchSize < 1) {
            throw new IllegalArgumentException("patchSize: expected 1 or more, found " + patchSize);
        }
        this.patching = new PicturePatching(patchSize);
    }

    /** That of a checkpoint, which the reproduction has made. */
    public static GatoTokenizer of(PretrainedConfig config, Function<String, int[]> words) {
        Arguments.require(config, "config");
        int patchSize = config.optionalInt("patch_size", 16, 1, 1 << 10);
        return new GatoTokenizer(GatoNumbers.of(config), patchSize, Convention.REPRODUCTION, words);
    }

    /** Which ids numbers have. */
    public GatoNumbers numbers() {
        return numbers;
    }

    /** Episodes, each a sequence of its own. */
    public TokenStream episodes(List<List<StreamStep>> episodes) {
        Writing writing = new Writing();
        for (List<StreamStep> episode : Arguments.requireAll(episodes, "episodes")) {
            Arguments.requireAll(episode, "episode").forEach(writing::step);
            writing.endSequence();
        }
        return writing.stream();
    }

    /** Texts, with pictures before them perhaps, each a sequence of its own. */
    public TokenStream texts(List<List<StreamPart>> texts) {
        Writing writing = new Writing();
        for (List<StreamPart> parts : Arguments.requireAll(texts, "texts")) {
            Arguments.requireAll(parts, "text").forEach(part -> writing.part(part, Role.TEXT));
            writing.endSequence();
        }
        return writing.stream();
    }

    /** What is observed, without a separator: for an agent that reads it before it is asked what to do. */
    public TokenStream observation(Collection<StreamPart> parts) {
        Writing writing = new Writing();
        Arguments.requireAll(parts, "parts").forEach(part -> writing.part(part, Role.OBSERVATION));
        writing.endSequence();
        return writing.stream();
    }

    /** The real numbers that an action's ids stand for. They may be beyond what an environment takes, which has to cut them off. */
    public double[] action(int... ids) {
        double[] values = new double[Arguments.require(ids, "ids").length];
        for (int i = 0; i < ids.length; i++) {
            values[i] = convention == Convention.PAPER ? numbers.unit(ids[i]) : numbers.number(ids[i]);
        }
        return values;
    }

    /** What an element is a part of. */
    private enum Role {
        OBSERVATION,
        ACTION,
        TEXT
    }

    private int idOfWhole(int value) {
        if (convention == Convention.REPRODUCTION) {
            return numbers.words() + Math.clamp(value, 0, numbers.bins());
        }
        if (value < 0 || value >= numbers.bins()) {
            throw new IllegalArgumentException(
                    "a whole number: expected 0 to " + (numbers.bins() - 1) + ", found " + value);
        }
        return value;
    }

    private int idOfReal(double value, Role role) {
        boolean isUnit = role == Role.ACTION && convention == Convention.PAPER;
        return isUnit ? numbers.idOfUnit(value) : numbers.id(value);
    }

    private int[] idsOfWords(String text) {
        int[] ids = Arguments.require(words.apply(text), "words: what it gives");
        for (int id : ids) {
            if (id < 0 || id >= numbers.words()) {
                throw new IllegalArgumentException(
                        "words: expected ids below " + numbers.words() + ", behind which numbers begin, found " + id);
            }
        }
        return ids;
    }

    /** The reproduction's order; parts of one kind stay in the order of their names. */
    private static int kind(StreamPart part) {
        return switch (part) {
            case StreamPart.Text _ -> 0;
            case StreamPart.Picture _ -> 1;
            case StreamPart.Discrete _ -> 2;
            case StreamPart.Continuous _ -> 3;
        };
    }

    /** The elements that are written so far. */
    private final class Writing {

        private final List<int[]> sequences = new ArrayList<>();
        private final List<StreamPart.Picture> pictures = new ArrayList<>();
        private final List<Integer> sequence = new ArrayList<>();
        private final List<Integer> patchOf = new ArrayList<>();
        private final List<Integer> places = new ArrayList<>();
        private final List<Boolean> counts = new ArrayList<>();
        private int patches;
        private int place;

        void step(StreamStep step) {
            List<StreamPart> observation = new ArrayList<>(step.observation().values());
            if (convention == Convention.REPRODUCTION) {
                observation.sort(Comparator.comparingInt(GatoTokenizer::kind));
            }
            place = 0;
            observation.forEach(part -> part(part, Role.OBSERVATION));
            write(numbers.separator(), StreamBatch.ID, Role.ACTION, convention == Convention.REPRODUCTION);
            step.action().forEach(part -> part(part, Role.ACTION));
        }

        void part(StreamPart part, Role role) {
            switch (part) {
                case StreamPart.Text(String text) -> {
                    for (int id : idsOfWords(text)) {
                        write(id, StreamBatch.ID, role, true);
                    }
                }
                case StreamPart.Picture picture -> {
                    pictures.add(picture);
                    for (int left = patching.count(picture); left > 0; left--) {
                        write(0, patches++, role, false);
                    }
                }
                case StreamPart.Discrete(int[] values) -> {
                    for (int value : values) {
                        write(idOfWhole(value), StreamBatch.ID, role, role == Role.ACTION);
                    }
                }
                case StreamPart.Continuous(double[] values) -> {
                    for (double value : values) {
                        write(idOfReal(value, role), StreamBatch.ID, role, role == Role.ACTION);
                    }
                }
            }
        }

        private void write(int id, int patch, Role role, boolean isForetold) {
            sequence.add(id);
            patchOf.add(patch);
            places.add(role == Role.OBSERVATION ? place++ : StreamBatch.NO_PLACE);
            counts.add(isForetold);
        }

        void endSequence() {
            sequences.add(ints(sequence));
            sequence.clear();
            place = 0;
        }

        TokenStream stream() {
            boolean[] foretold = new boolean[counts.size()];
            for (int i = 0; i < foretold.length; i++) {
                foretold[i] = counts.get(i);
            }
            TokenBatch elements = TokenBatch.of(sequences.toArray(int[][]::new));
            PicturePatches cut = pictures.isEmpty() ? PicturePatches.NONE : patching.cut(pictures);
            return new TokenStream(new StreamBatch(elements, ints(patchOf), cut, ints(places)), foretold);
        }

        private static int[] ints(List<Integer> values) {
            return values.stream().mapToInt(Integer::intValue).toArray();
        }
    }
}
