package io.tesserae.springboot;

import io.tesserae.engine.Engine;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.pipelines.sentence.RetrievalEmbedder;
import io.tesserae.pipelines.sentence.SentenceEmbeddingPipeline;
import io.tesserae.pipelines.task.Pipeline;
import io.tesserae.pipelines.task.PipelineListener;
import io.tesserae.pipelines.task.PipelineTask;
import java.util.Optional;
import java.util.function.Supplier;

/** Loads what the beans are: all on one engine, each from the model that its property names. */
final class PipelineBeans {

    private final Engine engine;
    private final ModelFinder finder;
    private final LoadedModels loaded;
    private final Optional<PipelineListeners> listeners;

    /**
     * For one application.
     *
     * @param engine that all share
     * @param finder finds models
     * @param loaded is told what is loaded
     * @param listeners hear of the pipelines' work; empty where there are no metrics
     */
    PipelineBeans(Engine engine, ModelFinder finder, LoadedModels loaded, Optional<PipelineListeners> listeners) {
        this.engine = engine;
        this.finder = finder;
        this.loaded = loaded;
        this.listeners = listeners;
    }

    /** The pipeline of a bean. */
    Pipeline<?, ?, ?> pipeline(String bean, String location, PipelineTask<?> task) {
        return load(bean, PipelineProperty.MODEL.of(bean), location, files -> {
            Pipeline<?, ?, ?> pipeline = task.open(files, engine);
            return listener(task, bean)
                    .<Pipeline<?, ?, ?>>map(pipeline::withListener)
                    .orElse(pipeline);
        });
    }

    /** An embedding model, as a framework's adapter has it. */
    <M> M embeddingModel(
            String bean, TesseraeProperties.EmbeddingProperties choices, RetrievalEmbedder.Builder<M> builder) {
        String location = choices.model();
        return load(bean, TesseraeProperties.EMBEDDING_MODEL, location, files -> {
            builder.engine(engine).batchSize(choices.batchSize());
            builder.modelName(choices.modelName() == null ? lastPart(location) : choices.modelName());
            Optional.ofNullable(choices.queryPrompt()).ifPresent(builder::queryPrompt);
            Optional.ofNullable(choices.documentPrompt()).ifPresent(builder::documentPrompt);
            listener(SentenceEmbeddingPipeline.TASK, bean).ifPresent(builder::listener);
            return builder.load(files);
        });
    }

    /** Loads a model from its files. */
    @FunctionalInterface
    private interface Loading<M> {
        M from(ModelFiles files);
    }

    private <M> M load(String bean, String property, String location, Loading<M> loading) {
        ModelFiles files = finder.find(property, location);
        Supplier<M> supplier = () -> loading.from(files);
        try {
            return loaded.load(bean, location, supplier);
        } catch (ModelLoadingException | IllegalArgumentException e) {
            String action = "Set " + property
                    + " to a model of the task, whole and undamaged; the message names what it lacks.";
            throw new ModelPropertyException(property, e.getMessage(), action, e);
        }
    }

    private Optional<PipelineListener> listener(PipelineTask<?> task, String bean) {
        return listeners.map(all -> all.of(task.name(), bean));
    }

    private static String lastPart(String location) {
        String trimmed = location.endsWith("/") ? location.substring(0, location.length() - 1) : location;
        return trimmed.substring(Math.max(trimmed.lastIndexOf('/'), trimmed.lastIndexOf(':')) + 1);
    }
}
