package io.tesserae.server.serving;

import io.tesserae.pipelines.attention.ImageAttentionPipeline;
import io.tesserae.pipelines.attention.TextAttentionPipeline;
import io.tesserae.pipelines.sentence.PairScore;
import io.tesserae.pipelines.sentence.SentenceEmbedding;
import io.tesserae.pipelines.sentence.SentenceEmbeddingOptions;
import io.tesserae.pipelines.sentence.SentenceEmbeddingPipeline;
import io.tesserae.pipelines.sentence.SparseEmbedding;
import io.tesserae.pipelines.sentence.SparseEmbeddingOptions;
import io.tesserae.pipelines.sentence.SparseEmbeddingPipeline;
import io.tesserae.pipelines.sentence.TextRankingOptions;
import io.tesserae.pipelines.sentence.TextRankingPipeline;
import io.tesserae.pipelines.task.Pipeline;
import io.tesserae.pipelines.task.PipelineTask;
import io.tesserae.pipelines.task.TextInput;
import io.tesserae.pipelines.text.FeatureExtractionOptions;
import io.tesserae.pipelines.text.FeatureExtractionPipeline;
import io.tesserae.pipelines.text.TextClassification;
import io.tesserae.pipelines.text.TextClassificationOptions;
import io.tesserae.pipelines.text.TextClassificationPipeline;
import io.tesserae.pipelines.text.TextFeatures;
import io.tesserae.pipelines.text.ZeroShotClassificationPipeline;
import io.tesserae.server.batch.BatchListener;
import io.tesserae.server.model.ServedModel;
import io.tesserae.server.task.LateRanking;
import io.tesserae.server.task.TaskJson;
import io.tesserae.server.task.Tasks;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** A model with its tasks, each ready or loaded when it is asked for. Thread-safe. */
public final class OpenModel implements AutoCloseable {

    private final ServedModel model;
    private final int maxBatchTokens;
    private final Function<String, BatchListener> listeners;
    private final List<ServedTask<?, ?, ?, ?>> tasks = new ArrayList<>(); // in the order of the model's tasks
    private final Optional<ServedTask<SentenceEmbeddingPipeline, String, SentenceEmbeddingOptions, SentenceEmbedding>>
            embedding;
    private final Optional<ServedTask<SparseEmbeddingPipeline, String, SparseEmbeddingOptions, SparseEmbedding>>
            sparseEmbedding;
    private final Optional<
                    ServedTask<TextClassificationPipeline, TextInput, TextClassificationOptions, TextClassification>>
            classification;
    private final Optional<ServedTask<TextRankingPipeline, TextInput, TextRankingOptions, PairScore>> ranking;
    private final Optional<ServedTask<LateRanking, TextInput, TextRankingOptions, PairScore>> lateRanking;
    private final Optional<ServedTask<FeatureExtractionPipeline, String, FeatureExtractionOptions, TextFeatures>>
            features;

    private final Optional<AttentionTask<TextAttentionPipeline>> textAttention;
    private final Optional<AttentionTask<ImageAttentionPipeline>> imageAttention;
    private volatile String storedType = ""; // until it is warm

    /**
     * A model whose tasks are not loaded yet.
     *
     * @param listeners for each task, by its name, who is told of its batches
     */
    public OpenModel(ServedModel model, int maxBatchTokens, Function<String, BatchListener> listeners) {
        this.model = model;
        this.maxBatchTokens = maxBatchTokens;
        this.listeners = listeners;
        this.embedding = task(Tasks.SENTENCE_EMBEDDING);
        this.sparseEmbedding = task(Tasks.SPARSE_EMBEDDING);
        this.ranking = task(Tasks.TEXT_RANKING);
        this.lateRanking = task(Tasks.LATE_RANKING);
        this.classification = task(
                Tasks.TEXT_CLASSIFICATION,
                ranking,
                loaded -> TextClassificationPipeline.of(loaded.tokenizer(), loaded.model()));
        task(
                Tasks.ZERO_SHOT_CLASSIFICATION,
                classification,
                loaded -> ZeroShotClassificationPipeline.of(loaded.tokenizer(), loaded.model()));
        this.features = task(Tasks.FEATURE_EXTRACTION);
        var imageFeatures = task(Tasks.IMAGE_FEATURE_EXTRACTION);
        Tasks.OTHERS.forEach(this::task);
        boolean pictures = Tasks.takesPictures(model.main());
        // Latents are no tokens that a page could name, and a model of pictures and texts takes no text alone
        boolean drawn = !model.config().readsWithLatents() && !Tasks.joinsPicturesAndTexts(model.main());
        this.textAttention = attention(
                drawn && !pictures,
                TextAttentionPipeline.TASK,
                features,
                loaded -> TextAttentionPipeline.of(loaded.tokenizer(), loaded.model()));
        this.imageAttention = attention(
                drawn && pictures,
                ImageAttentionPipeline.TASK,
                imageFeatures,
                loaded -> ImageAttentionPipeline.of(loaded.processor(), loaded.model()));
        tasks.sort((a, b) -> Integer.compare(place(a), place(b)));
    }

    private int place(ServedTask<?, ?, ?, ?> task) {
        return model.tasks().indexOf(task.json().task());
    }

    private <P extends Pipeline<I, O, A>, I, O, A> Optional<ServedTask<P, I, O, A>> task(TaskJson<P, I, O, A> json) {
        return task(json, () -> open(json.task()));
    }

    /**
     * A task with the weights of another, where the model has both.
     *
     * @param sharing makes a pipeline of what the other has loaded
     */
    private <P extends Pipeline<I, O, A>, I, O, A, S extends Pipeline<?, ?, ?>> Optional<ServedTask<P, I, O, A>> task(
            TaskJson<P, I, O, A> json, Optional<? extends ServedTask<S, ?, ?, ?>> other, Function<S, P> sharing) {
        return task(json, opener(json.task(), other, sharing));
    }

    private <P extends Pipeline<I, O, A>, I, O, A> Optional<ServedTask<P, I, O, A>> task(
            TaskJson<P, I, O, A> json, Supplier<P> opener) {
        if (!model.tasks().contains(json.task())) {
            return Optional.empty();
        }
        BatchListener listener = listeners.apply(json.task().name());
        ServedTask<P, I, O, A> task = new ServedTask<>(model, json, opener, maxBatchTokens, listener);
        tasks.add(task);
        return Optional.of(task);
    }

    private <P extends Pipeline<?, ?, ?>, S extends Pipeline<?, ?, ?>> Optional<AttentionTask<P>> attention(
            boolean there,
            PipelineTask<P> task,
            Optional<? extends ServedTask<S, ?, ?, ?>> other,
            Function<S, P> sharing) {
        return there ? Optional.of(new AttentionTask<>(model, task, opener(task, other, sharing))) : Optional.empty();
    }

    private <P extends Pipeline<?, ?, ?>, S extends Pipeline<?, ?, ?>> Supplier<P> opener(
            PipelineTask<P> task, Optional<? extends ServedTask<S, ?, ?, ?>> other, Function<S, P> sharing) {
        return () -> other.map(loaded -> sharing.apply(loaded.pipeline())).orElseGet(() -> open(task));
    }

    private <P extends Pipeline<?, ?, ?>> P open(PipelineTask<P> task) {
        return task.open(model.files(), model.engine());
    }

    /** Loads what the model was trained for, and answers one input. */
    public void warm() {
        tasks.getFirst().warm();
        storedType = StoredType.of(model.files());
    }

    /** What it was made of. */
    public ServedModel model() {
        return model;
    }

    /** What its weights are stored as: {@code float32}; empty until it is warm. */
    public String storedType() {
        return storedType;
    }

    /** Its tasks, what it was trained for first. */
    public List<ServedTask<?, ?, ?, ?>> tasks() {
        return List.copyOf(tasks);
    }

    /** A task by one of its names. */
    public Optional<ServedTask<?, ?, ?, ?>> task(String name) {
        return tasks.stream()
                .filter(task -> task.json().task().names().contains(name))
                .findFirst();
    }

    /** Sentence embedding, if it is one of its tasks. */
    public Optional<ServedTask<SentenceEmbeddingPipeline, String, SentenceEmbeddingOptions, SentenceEmbedding>>
            embedding() {
        return embedding;
    }

    /** Sparse embedding, if it is one of its tasks. */
    public Optional<ServedTask<SparseEmbeddingPipeline, String, SparseEmbeddingOptions, SparseEmbedding>>
            sparseEmbedding() {
        return sparseEmbedding;
    }

    /** Text classification, if it is one of its tasks. */
    public Optional<ServedTask<TextClassificationPipeline, TextInput, TextClassificationOptions, TextClassification>>
            classification() {
        return classification;
    }

    /** Text ranking, with a cross-encoder or by late interaction, if it is one of its tasks. */
    public Optional<ServedTask<?, TextInput, TextRankingOptions, PairScore>> ranking() {
        return Optional.<ServedTask<?, TextInput, TextRankingOptions, PairScore>>empty()
                .or(() -> ranking)
                .or(() -> lateRanking);
    }

    /** Feature extraction, if it is one of its tasks. */
    public Optional<ServedTask<FeatureExtractionPipeline, String, FeatureExtractionOptions, TextFeatures>> features() {
        return features;
    }

    /** Where it looks in a text, if it reads texts. */
    public Optional<AttentionTask<TextAttentionPipeline>> textAttention() {
        return textAttention;
    }

    /** Where it looks in a picture, if it sees pictures. */
    public Optional<AttentionTask<ImageAttentionPipeline>> imageAttention() {
        return imageAttention;
    }

    /** Answers what waits, and lets go of the weights. */
    @Override
    public void close() {
        tasks.forEach(ServedTask::stop); // all, before the first lets go of weights that others have too
        textAttention.ifPresent(AttentionTask::close);
        imageAttention.ifPresent(AttentionTask::close);
        tasks.forEach(ServedTask::close);
    }
}
