package io.tesserae.tokenizer;

import io.tesserae.tokenizer.text.Utf8Text;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes a text of tokens that come one after the other, as a model writes them, and hands on what no later token can change: characters
 * of which all bytes have come, spaces where there is one. All that {@link #next} and {@link #finish} return, put together, is what {@link
 * Tokenizer#decode(int[], boolean)} makes of all ids at once.
 *
 * <p>For one text and one thread; {@link Tokenizer#streamingDecoder} makes a new one.
 */
public final class StreamingDecoder {

    private final AddedVocabulary vocabulary;
    private final boolean skipSpecialTokens;
    private final StringBuilder text = new StringBuilder(); // that was not handed on yet
    private final Step first;
    private boolean finished;

    StreamingDecoder(AddedVocabulary vocabulary, Decoding decoding, boolean skipSpecialTokens) {
        this.vocabulary = vocabulary;
        this.skipSpecialTokens = skipSpecialTokens;
        List<Decoding> decodings = new ArrayList<>();
        flatten(decoding, decodings);
        this.first = steps(decodings);
    }

    private static void flatten(Decoding decoding, List<Decoding> into) {
        if (decoding instanceof Decoding.Sequence(List<Decoding> steps)) {
            steps.forEach(step -> flatten(step, into));
        } else {
            into.add(decoding);
        }
    }

    /**
     * The text that is certain with one more token, as far as it was not returned before; often empty.
     *
     * @param id of the token; one that is not in the vocabulary is left out
     * @throws IllegalStateException after {@link #finish}
     */
    public String next(int id) {
        requireOpen();
        String token = vocabulary.decodedToken(id);
        if (token != null && !(skipSpecialTokens && vocabulary.isSkipped(token))) {
            first.take(token);
        }
        return handOn();
    }

    /**
     * What is left once no more tokens come: U+FFFD for half a character, for one.
     *
     * @throws IllegalStateException if it was called before
     */
    public String finish() {
        requireOpen();
        finished = true;
        first.finish();
        return handOn();
    }

    private void requireOpen() {
        if (finished) {
            throw new IllegalStateException("this decoder has finished its text; make another for the next one");
        }
    }

    private String handOn() {
        String certain = text.toString();
        text.setLength(0);
        return certain;
    }

    // --- Steps ---

    /** A decoder that gets its tokens one by one; what it makes of them goes on to the next. */
    private interface Step {
        void take(String token);

        void finish();
    }

    /** The steps behind each other, the last of which writes the text. */
    private Step steps(List<Decoding> decodings) {
        Step step = new Step() {
            @Override
            public void take(String token) {
                text.append(token);
            }

            @Override
            public void finish() {
                // The text is whole.
            }
        };
        int whole = decodings.size(); // steps from here on get one token, of which the parts come one by one
        for (int i = decodings.size() - 1; i >= 0; i--) {
            if (makesOne(decodings.get(i))) {
                whole = i + 1;
            }
        }
        for (int i = decodings.size() - 1; i >= 0; i--) {
            step = i < whole ? ofTokens(decodings.get(i), step) : ofParts(decodings.get(i), step);
        }
        return step;
    }

    /** Whether the steps that follow get a single token. */
    private static boolean makesOne(Decoding decoding) {
        return decoding instanceof Decoding.None
                || decoding instanceof Decoding.Fuse
                || decoding instanceof Decoding.ByteLevel
                || decoding instanceof Decoding.SentencePiece
                || decoding instanceof Decoding.Bytes;
    }

    private static Step ofTokens(Decoding decoding, Step then) {
        return switch (decoding) {
            case Decoding.None _ -> new Spaced(then);
            case Decoding.Fuse _ -> then;
            case Decoding.WordPiece _, Decoding.Strip _, Decoding.Replace _, Decoding.Metaspace _, Decoding.CleanUp _ ->
                new Each(decoding, then);
            case Decoding.ByteLevel _ -> new Bytes(Utf8Text::append, then);
            case Decoding.Bytes _ -> new Bytes(Utf8Text::appendByte, then);
            case Decoding.ByteFallback _ -> new Runs(then);
            case Decoding.SentencePiece _ -> new Whole(decoding, then);
            case Decoding.Bpe _ -> new AllButLast(decoding, then);
            case Decoding.Sequence _ -> throw new IllegalStateException("a sequence was left in one");
        };
    }

    private static Step ofParts(Decoding decoding, Step then) {
        return switch (decoding) {
            case Decoding.None _, Decoding.Fuse _ -> then;
            case Decoding.Strip strip when strip.stop() == 0 -> new StripStart(strip, then);
            default -> new Joined(decoding, then);
        };
    }

    /** A space before each token but the first. */
    private static final class Spaced implements Step {
        private final Step then;
        private boolean hasFirst;

        Spaced(Step then) {
            this.then = then;
        }

        @Override
        public void take(String token) {
            then.take(hasFirst ? " " + token : token);
            hasFirst = true;
        }

        @Override
        public void finish() {
            then.finish();
        }
    }

    /** A decoder that looks at one token at a time, and at most asks whether it is the first. */
    private static final class Each implements Step {
        private final Decoding decoding;
        private final Step then;
        private boolean hasFirst;

        Each(Decoding decoding, Step then) {
            this.decoding = decoding;
            this.then = then;
        }

        @Override
        public void take(String token) {
            List<String> tokens = hasFirst ? List.of("", token) : List.of(token);
            then.take(TokenDecoder.decoded(tokens, decoding).getLast());
            hasFirst = true;
        }

        @Override
        public void finish() {
            then.finish();
        }
    }

    /** A decoder for which the last token is another than the rest: each token waits for the next. */
    private static final class AllButLast implements Step {
        private final Decoding decoding;
        private final Step then;
        private String waiting; // null before the first

        AllButLast(Decoding decoding, Step then) {
            this.decoding = decoding;
            this.then = then;
        }

        @Override
        public void take(String token) {
            if (waiting != null) {
                then.take(
                        TokenDecoder.decoded(List.of(waiting, token), decoding).getFirst());
            }
            waiting = token;
        }

        @Override
        public void finish() {
            if (waiting != null) {
                then.take(TokenDecoder.decoded(List.of(waiting), decoding).getFirst());
            }
            then.finish();
        }
    }

    /** A decoder for which what stands before a token may hang on any that comes behind. */
    private static final class Whole implements Step {
        private final Decoding decoding;
        private final Step then;
        private final List<String> tokens = new ArrayList<>();

        Whole(Decoding decoding, Step then) {
            this.decoding = decoding;
            this.then = then;
        }

        @Override
        public void take(String token) {
            tokens.add(token);
        }

        @Override
        public void finish() {
            TokenDecoder.decoded(tokens, decoding).forEach(then::take);
            then.finish();
        }
    }

    /** Bytes one a token: what becomes of the first of a run may hang on the last. */
    private static final class Runs implements Step {
        private final Step then;
        private final List<String> run = new ArrayList<>();

        Runs(Step then) {
            this.then = then;
        }

        @Override
        public void take(String token) {
            run.add(token);
            if (!TokenDecoder.isByte(token)) {
                handOn();
            }
        }

        @Override
        public void finish() {
            handOn();
            then.finish();
        }

        private void handOn() {
            TokenDecoder.decoded(run, new Decoding.ByteFallback()).forEach(then::take);
            run.clear();
        }
    }

    /** Bytes, of which a token has any number. */
    private static final class Bytes implements Step {
        private final TokenDecoder.Spelling spelling;
        private final Step then;
        private final Utf8Text bytes = new Utf8Text();
        private final StringBuilder certain = new StringBuilder();

        Bytes(TokenDecoder.Spelling spelling, Step then) {
            this.spelling = spelling;
            this.then = then;
        }

        @Override
        public void take(String token) {
            spelling.append(bytes, token, certain);
            handOn();
        }

        @Override
        public void finish() {
            bytes.finish(certain);
            handOn();
            then.finish();
        }

        private void handOn() {
            then.take(certain.toString());
            certain.setLength(0);
        }
    }

    /** Characters taken off the beginning of the one token. */
    private static final class StripStart implements Step {
        private final int content;
        private final Step then;
        private int left; // how many may still go

        StripStart(Decoding.Strip strip, Step then) {
            this.content = strip.content();
            this.left = strip.start();
            this.then = then;
        }

        @Override
        public void take(String part) {
            int start = 0;
            while (left > 0 && start < part.length()) {
                if (part.codePointAt(start) == content) {
                    start += Character.charCount(content);
                    left--;
                } else {
                    left = 0;
                }
            }
            then.take(part.substring(start));
        }

        @Override
        public void finish() {
            then.finish();
        }
    }

    /** Any other decoder of the one token: it has to see the end first. */
    private static final class Joined implements Step {
        private final Decoding decoding;
        private final Step then;
        private final StringBuilder parts = new StringBuilder();

        Joined(Decoding decoding, Step then) {
            this.decoding = decoding;
            this.then = then;
        }

        @Override
        public void take(String part) {
            parts.append(part);
        }

        @Override
        public void finish() {
            TokenDecoder.decoded(List.of(parts.toString()), decoding).forEach(then::take);
            then.finish();
        }
    }
}
