package io.tesserae.pipelines;

import io.tesserae.arguments.Arguments;
import io.tesserae.loaders.AutoModelForSequenceClassification;
import io.tesserae.tensor.Tensor;
import io.tesserae.tokenizer.Encoding;
import io.tesserae.tokenizer.Tokenizer;
import java.util.List;
import java.util.stream.Stream;

/**
 * Text in, labels and scores out: transformers' {@code TextClassificationPipeline}.
 *
 * <p>Immutable and thread-safe: load it once, call it from any number of threads.
 */
public final class TextClassificationPipeline implements AutoCloseable {

    private final FittingTokenizer tokenizer;
    private final AutoModelForSequenceClassification model;

    TextClassificationPipeline(Tokenizer tokenizer, AutoModelForSequenceClassification model, String where) {
        this.tokenizer = FittingTokenizer.of(tokenizer, model.classifier().encoder(), where);
        this.model = model;
    }

    /** The best label of a text; a text that is too long for the model is refused. */
    public Classification classify(String text) {
        return classify(TextInput.of(text), TextClassificationOptions.DEFAULT).best();
    }

    /** The best label of each text, in their order. */
    public List<Classification> classify(List<String> texts) {
        List<TextInput> inputs =
                Arguments.require(texts, "texts").stream().map(TextInput::of).toList();
        return classify(inputs, TextClassificationOptions.DEFAULT).stream()
                .map(TextClassification::best)
                .toList();
    }

    /** Labels of one text or pair. */
    public TextClassification classify(TextInput input, TextClassificationOptions options) {
        return classify(List.of(Arguments.require(input, "input")), options).getFirst();
    }

    /**
     * Labels of texts or pairs, in their order.
     *
     * @throws IllegalArgumentException if a text is too long for the model, and is not to be truncated
     */
    public List<TextClassification> classify(List<TextInput> inputs, TextClassificationOptions options) {
        return RaggedSchedule.list(inputs, Arguments.require(options, "options").batchSize(), new Classifying(options));
    }

    /**
     * Labels of any number of texts or pairs, in their order: as many are read at a time as one batch holds, and answers
     * come as they are asked for.
     *
     * @return a stream that throws IllegalArgumentException at a text that is too long, after the answers before it, and
     *     {@link java.util.concurrent.CancellationException} where its thread is interrupted
     */
    public Stream<TextClassification> classify(Stream<TextInput> inputs, TextClassificationOptions options) {
        return RaggedSchedule.stream(
                inputs, Arguments.require(options, "options").batchSize(), new Classifying(options));
    }

    /** A text is one sequence, and its logits are all that the model says. */
    private final class Classifying implements RaggedSchedule.Work<TextInput, float[], TextClassification> {

        private final TextClassificationOptions options;
        private final ScoreFunction function;

        Classifying(TextClassificationOptions options) {
            this.options = options;
            this.function = options.functionToApply().orElseGet(() -> ScoreFunction.of(model.config()));
        }

        @Override
        public List<Encoding> encode(TextInput input) {
            return List.of(tokenizer.encode(input, options.truncation()));
        }

        @Override
        public List<float[]> forward(List<Encoding> batch) {
            Tensor logits = model.forward(tokenizer.batch(batch)).logits(); // [texts, labels]
            return Rows.of(logits);
        }

        @Override
        public TextClassification answer(TextInput input, List<Encoding> sequences, List<float[]> logits) {
            float[] scores = logits.getFirst();
            function.apply(model.engine().machine().kernels(), scores);
            return new TextClassification(
                    Classification.best(model.config().labels(), scores, options.topK()),
                    sequences.getFirst().truncatedTokens());
        }
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
    public AutoModelForSequenceClassification model() {
        return model;
    }

    /** Lets go of the checkpoint's files; calls that come later fail. */
    @Override
    public void close() {
        model.close();
    }
}
