package io.tesserae.pipelines;

import io.tesserae.loaders.AutoModelForSequenceClassification;
import io.tesserae.model.TokenBatch;
import io.tesserae.tensor.Tensor;
import io.tesserae.tokenizer.BertTokenizer;
import io.tesserae.tokenizer.Encoding;
import io.tesserae.tokenizer.EncodingOptions;
import io.tesserae.tokenizer.TruncationStrategy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Text in, labels and scores out: transformers' {@code TextClassificationPipeline}.
 *
 * <p>Immutable and thread-safe: load it once, call it from any number of threads.
 */
public final class TextClassificationPipeline implements AutoCloseable {

    /** Where nobody says how many texts go together: about this many tokens, which keeps all matrices tall enough. */
    private static final int BATCH_TOKENS = 2048;

    private final BertTokenizer tokenizer;
    private final AutoModelForSequenceClassification model;

    TextClassificationPipeline(BertTokenizer tokenizer, AutoModelForSequenceClassification model, String where) {
        this.tokenizer = tokenizer;
        this.model = model;
        Pipelines.requireOneVocabulary(tokenizer, model.classifier().encoder(), where);
    }

    /** The best label of a text; a text that is too long for the model is refused. */
    public Classification classify(String text) {
        return classify(TextInput.of(text), TextClassificationOptions.DEFAULT).best();
    }

    /** The best label of each text, in their order. */
    public List<Classification> classify(List<String> texts) {
        List<TextInput> inputs = texts.stream().map(TextInput::of).toList();
        return classify(inputs, TextClassificationOptions.DEFAULT).stream()
                .map(TextClassification::best)
                .toList();
    }

    /** Labels of one text or pair. */
    public TextClassification classify(TextInput input, TextClassificationOptions options) {
        return classify(List.of(input), options).getFirst();
    }

    /**
     * Labels of texts or pairs, in their order.
     *
     * @throws IllegalArgumentException if a text is too long for the model, and is not to be truncated
     */
    public List<TextClassification> classify(List<TextInput> inputs, TextClassificationOptions options) {
        List<TextClassification> answers = new ArrayList<>(inputs.size());
        List<Encoding> batch = new ArrayList<>();
        int tokens = 0;
        for (TextInput input : inputs) {
            Encoding encoding = encode(input, options.truncation());
            batch.add(encoding);
            tokens += encoding.size();
            boolean full = options.batchSize() > 0 ? batch.size() >= options.batchSize() : tokens >= BATCH_TOKENS;
            if (full) {
                classifyBatch(batch, options, answers);
                batch.clear();
                tokens = 0;
            }
        }
        if (!batch.isEmpty()) {
            classifyBatch(batch, options, answers);
        }
        return List.copyOf(answers);
    }

    private Encoding encode(TextInput input, boolean truncate) {
        EncodingOptions options = truncate
                ? EncodingOptions.DEFAULT
                        .withTruncation(TruncationStrategy.LONGEST_FIRST)
                        .withMaxLength(maxLength())
                : EncodingOptions.DEFAULT;
        Encoding encoding = tokenizer.encode(input.text(), input.textPair().orElse(null), options);
        if (encoding.size() > model.classifier().encoder().maxLength()) {
            throw new IllegalArgumentException("a text of " + encoding.size()
                    + " tokens is too long for the model, which has "
                    + model.classifier().encoder().maxLength() + " positions; shorten it, or ask for truncation");
        }
        return encoding;
    }

    private void classifyBatch(
            List<Encoding> encodings, TextClassificationOptions options, List<TextClassification> answers) {
        int[][] inputIds = encodings.stream().map(Encoding::inputIds).toArray(int[][]::new);
        int[][] tokenTypeIds = encodings.stream().map(Encoding::tokenTypeIds).toArray(int[][]::new);
        Tensor logits = model.forward(TokenBatch.of(inputIds, tokenTypeIds)).logits(); // [texts, labels]
        ScoreFunction function = options.functionToApply().orElseGet(() -> ScoreFunction.of(model.config()));
        int labels = logits.dimension(1);
        for (int text = 0; text < encodings.size(); text++) {
            float[] scores = Arrays.copyOfRange(logits.data(), text * labels, (text + 1) * labels);
            function.apply(model.engine().kernels(), scores);
            answers.add(new TextClassification(
                    Classification.best(model.config().labels(), scores, options.topK()),
                    encodings.get(text).truncatedTokens()));
        }
    }

    /** The longest encoding that the tokenizer and the model agree on, in tokens, special tokens included. */
    public int maxLength() {
        return Math.min(tokenizer.modelMaxLength(), model.classifier().encoder().maxLength());
    }

    /** The tokenizer. */
    public BertTokenizer tokenizer() {
        return tokenizer;
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
