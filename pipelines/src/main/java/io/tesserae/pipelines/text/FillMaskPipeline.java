package io.tesserae.pipelines.text;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.kernel.Kernels;
import io.tesserae.loaders.AutoModelForMaskedLM;
import io.tesserae.loaders.Checkpoint;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.pipelines.schedule.Calls;
import io.tesserae.pipelines.schedule.Descriptions;
import io.tesserae.pipelines.schedule.FittingTokenizer;
import io.tesserae.pipelines.schedule.SideBySideLoading;
import io.tesserae.pipelines.schedule.Work;
import io.tesserae.pipelines.task.Pipeline;
import io.tesserae.pipelines.task.PipelineListener;
import io.tesserae.pipelines.task.PipelineTask;
import io.tesserae.pipelines.task.TextInput;
import io.tesserae.tensor.Tensor;
import io.tesserae.tokenizer.Encoding;
import io.tesserae.tokenizer.EncodingOptions;
import io.tesserae.tokenizer.Span;
import io.tesserae.tokenizer.SpecialTokens;
import io.tesserae.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A text with masks in, what may stand there out: transformers' {@code FillMaskPipeline}. A mask is written as the
 * tokenizer's {@linkplain SpecialTokens#mask() mask token}: {@code [MASK]}. Where a token is a piece of a word or a byte, a word is
 * several masks: {@link FillMask#spans} has neighbouring masks filled as one, and {@link FillMaskOptions#withHidden} puts them in place
 * of a word.
 *
 * <p>Immutable and thread-safe: load it once, call it from any number of threads.
 */
public final class FillMaskPipeline implements Pipeline<String, FillMaskOptions, FillMask> {

    /** The task {@code fill-mask}. */
    public static final PipelineTask<FillMaskPipeline> TASK =
            new PipelineTask<>(FillMaskPipeline.class, List.of("fill-mask"), FillMaskPipeline::load);

    /** What a target is cut down to: its first piece, or its last where the tokenizer truncates at the left. */
    private static final EncodingOptions ONE_PIECE =
            EncodingOptions.DEFAULT.withAddSpecialTokens(false).withMaxLength(1);

    private final FittingTokenizer tokenizer;
    private final AutoModelForMaskedLM model;
    private final String description;
    private final Calls calls;

    private static FillMaskPipeline load(Checkpoint checkpoint, Engine engine) {
        return SideBySideLoading.load(
                checkpoint,
                () -> AutoModelForMaskedLM.fromPretrained(checkpoint, engine),
                (tokenizer, model) -> new FillMaskPipeline(tokenizer, model, checkpoint.files(), engine));
    }

    private FillMaskPipeline(Tokenizer tokenizer, AutoModelForMaskedLM model, ModelFiles files, Engine engine) {
        this.tokenizer = FittingTokenizer.of(tokenizer, model.languageModel().backbone(), files.describe("config.json"))
                .truncatedBy(FillMaskOptions.class);
        this.model = model;
        this.description = Descriptions.of(TASK, model.config(), engine);
        this.calls = Calls.UNHEARD;
        if (tokenizer.specialTokens().mask() == null) {
            throw new ModelLoadingException(files.describe("tokenizer_config.json")
                    + ": mask_token: expected the token that stands for a hidden word, found null");
        }
    }

    private FillMaskPipeline(FillMaskPipeline other, Calls calls) {
        this.tokenizer = other.tokenizer;
        this.model = other.model;
        this.description = other.description;
        this.calls = calls;
    }

    /** The five likeliest tokens at the first mask of a text, best first. */
    public List<MaskFilling> fill(String text) {
        return fill(text, FillMaskOptions.DEFAULT).first();
    }

    /** The likeliest tokens at the masks of one text. */
    public FillMask fill(String text, FillMaskOptions options) {
        return answer(text, options);
    }

    /**
     * The likeliest tokens at the masks of texts, in their order.
     *
     * @throws IllegalArgumentException if a text has no mask, or not the text that is to be hidden, or is too long for the model and is not to be truncated; or
     *     if there are targets and nothing is left of any
     */
    public List<FillMask> fill(List<String> texts, FillMaskOptions options) {
        return answer(texts, options);
    }

    /**
     * The likeliest tokens at the masks of any number of texts, in their order: as many are read at a time as one batch
     * holds, and answers come as they are asked for.
     *
     * @return a stream that throws IllegalArgumentException at a text that is no good, after the answers before it, and
     *     {@link java.util.concurrent.CancellationException} where its thread is interrupted
     * @throws IllegalArgumentException if there are targets and nothing is left of any
     */
    public Stream<FillMask> fill(Stream<String> texts, FillMaskOptions options) {
        return answer(texts, options);
    }

    /** The tokens that are scored for targets, in their order: those of the vocabulary, or what comes closest. */
    public List<MaskTarget> targets(List<String> targets) {
        return Arguments.require(targets, "targets").stream().map(this::target).toList();
    }

    private MaskTarget target(String target) {
        OptionalInt known = tokenizer().tokenToId(target);
        if (known.isPresent()) {
            return new MaskTarget(target, known, true);
        }
        int[] pieces = tokenizer().encode(target, null, ONE_PIECE).inputIds();
        return new MaskTarget(target, Arrays.stream(pieces).findFirst(), false);
    }

    /** The tokens that may be answered, ascending. */
    private int[] candidates(List<String> targets) {
        if (targets.isEmpty()) {
            return IntStream.range(0, model.languageModel().backbone().vocabularySize())
                    .toArray();
        }
        int[] ids = targets(targets).stream()
                .map(MaskTarget::token)
                .flatMapToInt(OptionalInt::stream)
                .distinct()
                .sorted()
                .toArray();
        if (ids.length == 0) {
            throw new IllegalArgumentException("of the targets " + targets + " no token is left; give a word at least");
        }
        return ids;
    }

    /** The places of the masks among a text's tokens. */
    private int[] masks(Encoding sequence) {
        int[] ids = sequence.inputIds();
        int mask = tokenizer().maskTokenId();
        return IntStream.range(0, ids.length).filter(i -> ids[i] == mask).toArray();
    }

    @Override
    public List<FillMask> answer(List<? extends String> inputs, FillMaskOptions options) {
        return calls.list(inputs, Arguments.require(options, "options").batchSize(), new Filling(options));
    }

    @Override
    public Stream<FillMask> answer(Stream<? extends String> inputs, FillMaskOptions options) {
        return calls.stream(inputs, Arguments.require(options, "options").batchSize(), new Filling(options));
    }

    @Override
    public FillMaskOptions defaultOptions() {
        return FillMaskOptions.DEFAULT;
    }

    /** A text is one sequence; the model scores the vocabulary at each of its masks, and the best tokens are kept. */
    private final class Filling implements Work.OnTexts<String, List<RankedTokens>, FillMask> {

        private final FillMaskOptions options;
        private final int[] candidates;

        Filling(FillMaskOptions options) {
            this.options = options;
            this.candidates = candidates(options.targets());
        }

        @Override
        public List<Encoding> encode(String text) {
            Encoding whole = tokenizer.encode(TextInput.of(text), options.truncation());
            Encoding encoding =
                    options.hidden().map(hidden -> hide(hidden, text, whole)).orElse(whole);
            if (masks(encoding).length == 0) {
                throw new IllegalArgumentException(
                        "a text has no " + tokenizer().specialTokens().mask() + ", which marks what is to be filled in"
                                + (encoding.truncatedTokens() > 0 ? "; its end was cut off, being too long" : ""));
            }
            return List.of(encoding);
        }

        @Override
        public List<List<RankedTokens>> forward(List<Encoding> batch) {
            IntStream.Builder places = IntStream.builder(); // of masks among the batch's tokens
            int begin = 0;
            for (Encoding sequence : batch) {
                for (int mask : masks(sequence)) {
                    places.add(begin + mask);
                }
                begin += sequence.size();
            }
            Tensor logits = model.forward(tokenizer.batch(batch), places.build().toArray())
                    .logits(); // [masks, vocabulary]
            List<List<RankedTokens>> ranked = new ArrayList<>(batch.size());
            int row = 0;
            for (Encoding sequence : batch) {
                int end = row + masks(sequence).length;
                ranked.add(
                        IntStream.range(row, end).mapToObj(i -> rank(logits, i)).toList());
                row = end;
            }
            return ranked;
        }

        private RankedTokens rank(Tensor logits, int row) {
            int vocabulary = logits.dimension(1);
            Kernels kernels = model.engine().machine().kernels();
            kernels.softmax(logits.data(), row * vocabulary, vocabulary);
            return RankedTokens.best(logits.data(), row * vocabulary, candidates, options.topK());
        }

        @Override
        public FillMask answer(String text, List<Encoding> sequences, List<List<RankedTokens>> ranked) {
            Encoding sequence = sequences.getFirst();
            int[] masks = masks(sequence);
            int[] best = new int[masks.length];
            float[] scores = new float[masks.length];
            List<List<MaskFilling>> fillings = new ArrayList<>(masks.length);
            for (int i = 0; i < masks.length; i++) {
                RankedTokens tokens = ranked.getFirst().get(i);
                best[i] = tokens.ids()[0];
                scores[i] = tokens.scores()[0];
                int mask = masks[i];
                fillings.add(IntStream.range(0, tokens.size())
                        .mapToObj(rank -> filling(
                                tokens.scores()[rank], tokens.ids()[rank], sequence.inputIds(), mask, masks.length > 1))
                        .toList());
            }
            return new FillMask(
                    fillings,
                    spans(sequence, masks, best, scores),
                    filled(sequence.inputIds(), masks, best),
                    sequence.truncatedTokens());
        }
    }

    /** Puts masks in place of every token that has a part of the text to hide. */
    private Encoding hide(String hidden, String text, Encoding encoding) {
        int occurrence = text.indexOf(hidden);
        if (occurrence < 0) {
            throw new IllegalArgumentException("a text does not have '" + hidden + "', which is to be hidden in it");
        }
        BitSet chars = new BitSet(text.length()); // that are hidden
        while (occurrence >= 0) {
            int end = occurrence + hidden.length();
            chars.set(occurrence, end);
            occurrence = text.indexOf(hidden, end);
        }
        List<Span> offsets = encoding.utf16Offsets();
        int[] places = IntStream.range(0, encoding.size())
                .filter(i -> {
                    int next = chars.nextSetBit(offsets.get(i).start());
                    return next >= 0 && next < offsets.get(i).end();
                })
                .toArray();
        return encoding.withTokenAt(
                places, tokenizer().maskTokenId(), tokenizer().specialTokens().mask());
    }

    /**
     * The runs of neighbouring masks, each with its best tokens.
     *
     * @param masks places among the tokens, ascending
     * @param best the likeliest token of each
     * @param scores their probabilities
     */
    private List<MaskSpan> spans(Encoding sequence, int[] masks, int[] best, float[] scores) {
        List<MaskSpan> spans = new ArrayList<>();
        int first = 0;
        for (int end = 1; end <= masks.length; end++) {
            if (end == masks.length || masks[end] != masks[end - 1] + 1) {
                spans.add(span(sequence, masks[first], Arrays.copyOfRange(best, first, end), mean(scores, first, end)));
                first = end;
            }
        }
        return spans;
    }

    private MaskSpan span(Encoding sequence, int first, int[] tokens, float score) {
        int last = first + tokens.length - 1;
        List<Span> chars = sequence.utf16Offsets();
        List<Span> codePoints = sequence.offsets();
        return new MaskSpan(
                tokenizer().decode(tokens, false),
                score,
                Arrays.stream(tokens).boxed().toList(),
                chars.get(first).start(),
                chars.get(last).end(),
                new Span(codePoints.get(first).start(), codePoints.get(last).end()));
    }

    /** The geometric mean, which is the score itself where there is one. */
    private static float mean(float[] scores, int from, int to) {
        if (to - from == 1) {
            return scores[from];
        }
        double logarithms = 0;
        for (int i = from; i < to; i++) {
            logarithms += StrictMath.log(scores[i]);
        }
        return (float) StrictMath.exp(logarithms / (to - from));
    }

    /** The text with all masks filled. */
    private String filled(int[] ids, int[] masks, int[] best) {
        for (int i = 0; i < masks.length; i++) {
            ids[masks[i]] = best[i];
        }
        return tokenizer().decode(ids, true);
    }

    private MaskFilling filling(float score, int token, int[] ids, int mask, boolean isOneOfSeveral) {
        ids[mask] = token;
        boolean knowsPadding = tokenizer().specialTokens().pad() != null;
        int[] shown = Arrays.stream(ids)
                .filter(id -> !knowsPadding || id != tokenizer().padTokenId())
                .toArray();
        // Without its special tokens a text would lose its other masks too.
        String sequence = tokenizer().decode(shown, !isOneOfSeveral);
        return new MaskFilling(score, token, tokenizer().decode(new int[] {token}, false), sequence);
    }

    /** The longest encoding that the tokenizer and the model agree on, in tokens, special tokens included. */
    public int maxLength() {
        return tokenizer.maxLength();
    }

    /** The tokenizer. */
    public Tokenizer tokenizer() {
        return tokenizer.tokenizer();
    }

    /** The model. */
    public AutoModelForMaskedLM model() {
        return model;
    }

    @Override
    public FillMaskPipeline withListener(PipelineListener listener) {
        return new FillMaskPipeline(this, Calls.heardBy(listener));
    }

    @Override
    public String description() {
        return description;
    }

    /** The {@link #description}. */
    @Override
    public String toString() {
        return description;
    }

    /** Lets go of the checkpoint's files; calls that come later fail. */
    @Override
    public void close() {
        model.close();
    }
}
