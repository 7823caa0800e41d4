package io.tesserae.training.metric;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The measures of each task, by the names that transformers' examples and evaluate give them, in a fixed order. An
 * evaluation reports them with {@code eval_} before the name.
 */
public final class TaskMetrics {

    private TaskMetrics() {}

    /**
     * One class for each example: {@code accuracy, f1, precision, recall, matthews_correlation}. With two classes F1,
     * precision and recall are those of class 1; with more they are the means over the classes ({@link Average#MACRO}).
     *
     * @param logits {@code [examples, classes]}
     * @param labels the right class of each
     */
    public static Map<String, Double> singleLabel(float[][] logits, int[] labels) {
        Confusion confusion = new Confusion(LargestLogit.of(logits), labels);
        boolean binary = logits[0].length == 2;
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("accuracy", confusion.accuracy());
        metrics.put("f1", binary ? confusion.f1(1) : confusion.f1(Average.MACRO));
        metrics.put("precision", binary ? confusion.precision(1) : confusion.precision(Average.MACRO));
        metrics.put("recall", binary ? confusion.recall(1) : confusion.recall(Average.MACRO));
        metrics.put("matthews_correlation", confusion.matthewsCorrelation());
        return Collections.unmodifiableMap(metrics);
    }

    /**
     * Any number of classes for each example: {@code accuracy} of the whole choice, {@code f1} of all decisions
     * together ({@link Average#MICRO}).
     *
     * @param logits {@code [examples, classes]}
     * @param labels {@code [examples, classes]}, 1 where the class is right and 0 where not
     */
    public static Map<String, Double> multiLabel(float[][] logits, float[][] labels) {
        MultiLabelScores scores = new MultiLabelScores(logits, labels);
        return ordered("accuracy", scores.accuracy(), "f1", scores.f1(Average.MICRO));
    }

    /** A number for each example: {@code mse, pearson, spearmanr}. */
    public static Map<String, Double> regression(float[] predictions, float[] labels) {
        return ordered(
                "mse", RegressionError.meanSquared(predictions, labels),
                "pearson", Correlation.pearson(predictions, labels),
                "spearmanr", Correlation.spearman(predictions, labels));
    }

    /** Labels for tokens, without those of ignored ones: {@code precision, recall, f1, accuracy} of entities. */
    public static Map<String, Double> entities(List<List<String>> predictions, List<List<String>> labels) {
        EntityScores scores = EntityScores.of(predictions, labels);
        return ordered(
                "precision", scores.precision(),
                "recall", scores.recall(),
                "f1", scores.f1(),
                "accuracy", scores.accuracy());
    }

    /**
     * Answers to questions: {@code exact_match, f1}, in per cent as evaluate's {@code squad} gives them.
     *
     * @param references what people answered; for a question that its text does not answer none, and the answer is right if it is empty
     */
    public static Map<String, Double> answers(List<String> answers, List<List<String>> references) {
        Examples.requireAsMany(answers.size(), references.size());
        double exact = 0;
        double f1 = 0;
        for (int i = 0; i < answers.size(); i++) {
            if (references.get(i).isEmpty()) {
                double right = AnswerText.normalize(answers.get(i)).isEmpty() ? 1 : 0;
                exact += right;
                f1 += right;
            } else {
                exact += AnswerText.exactMatch(answers.get(i), references.get(i));
                f1 += AnswerText.f1(answers.get(i), references.get(i));
            }
        }
        return ordered("exact_match", 100 * exact / answers.size(), "f1", 100 * f1 / answers.size());
    }

    /**
     * Tokens of a vocabulary, masked ones or the next of a caption: {@code accuracy, perplexity}.
     *
     * @param predictions a token for each place
     * @param labels the right one, or {@link TokenAccuracy#IGNORED}
     * @param meanLoss the mean cross-entropy of the labelled tokens
     */
    public static Map<String, Double> tokens(int[] predictions, int[] labels, double meanLoss) {
        return ordered("accuracy", TokenAccuracy.of(predictions, labels), "perplexity", Perplexity.of(meanLoss));
    }

    /**
     * Sentences written by a model: {@code exact_match}, the part that equals one of its references but for space
     * around it.
     */
    public static Map<String, Double> captions(List<String> captions, List<List<String>> references) {
        Examples.requireAsMany(captions.size(), references.size());
        int exact = 0;
        for (int i = 0; i < captions.size(); i++) {
            String caption = captions.get(i).strip();
            exact += references.get(i).stream().map(String::strip).anyMatch(caption::equals) ? 1 : 0;
        }
        return ordered("exact_match", (double) exact / captions.size());
    }

    /** Pairs of embeddings that belong together, {@code [pairs, hidden]} each: {@code accuracy, mrr} of finding. */
    public static Map<String, Double> retrieval(float[][] anchors, float[][] positives) {
        RetrievalScores scores = RetrievalScores.of(anchors, positives);
        return ordered("accuracy", scores.accuracy(), "mrr", scores.meanReciprocalRank());
    }

    /**
     * Pairs of embeddings, {@code [pairs, hidden]} each, and how alike people found them: {@code pearson_cosine,
     * spearman_cosine}, as sentence-transformers' {@code EmbeddingSimilarityEvaluator}.
     */
    public static Map<String, Double> similarity(float[][] first, float[][] second, float[] scores) {
        Examples.requireAsMany(first.length, second.length);
        Examples.requireAsMany(first.length, scores.length);
        double[][] from = Cosine.normalized(first);
        double[][] to = Cosine.normalized(second);
        double[] cosines = new double[scores.length];
        double[] expected = new double[scores.length];
        for (int i = 0; i < cosines.length; i++) {
            cosines[i] = Cosine.of(from[i], to[i]);
            expected[i] = scores[i];
        }
        return ordered(
                "pearson_cosine", Correlation.pearson(cosines, expected),
                "spearman_cosine", Correlation.spearman(cosines, expected));
    }

    /** Names and numbers by turns. */
    private static Map<String, Double> ordered(Object... namesAndNumbers) {
        Map<String, Double> metrics = new LinkedHashMap<>();
        for (int i = 0; i < namesAndNumbers.length; i += 2) {
            metrics.put((String) namesAndNumbers[i], (Double) namesAndNumbers[i + 1]);
        }
        return Collections.unmodifiableMap(metrics);
    }
}
