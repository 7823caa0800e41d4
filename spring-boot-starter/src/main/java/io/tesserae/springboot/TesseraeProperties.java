package io.tesserae.springboot;

import io.tesserae.tensor.Precision;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The properties that begin with {@code tesserae}. One that is misspelt stops the application.
 *
 * @param threads how many threads share the work of a call, 1 to 4,096; null, the default, for as many as there are processors
 * @param weightPrecision what weights that are stored as float32 are rounded to when they are loaded
 * @param download whether a model that is named as on the hub may be downloaded; otherwise only the hub's cache is looked into
 * @param embedding Spring AI's embedding model
 * @param pipelines a pipeline for every name, which is that of its bean
 */
@ConfigurationProperties(value = TesseraeProperties.PREFIX, ignoreUnknownFields = false)
public record TesseraeProperties(
        Integer threads,
        @DefaultValue("float32") Precision weightPrecision,
        @DefaultValue("false") boolean download,
        @DefaultValue EmbeddingProperties embedding,
        @DefaultValue Map<String, PipelineProperties> pipelines) {

    static final String PREFIX = "tesserae";
    static final String PIPELINES = PREFIX + ".pipelines";
    static final String EMBEDDING_MODEL = PREFIX + ".embedding.model";

    /** Keeps its own map. */
    public TesseraeProperties {
        pipelines = Map.copyOf(pipelines);
    }

    /**
     * Spring AI's embedding model.
     *
     * @param model a folder, {@code classpath:} and a folder of resources, or a name on the hub; null where there is to be none
     * @param modelName what responses call the model; null for the last part of {@code model}
     * @param queryPrompt what stands before questions, as {@code "query: "}; null for the checkpoint's own prompt
     * @param documentPrompt what stands before documents, as {@code "passage: "}; null for the checkpoint's own prompt
     * @param batchSize how many texts go through the model together; 0 leaves it to the pipeline
     * @param lazy whether the model is loaded when somebody asks for the bean, rather than at the start
     */
    public record EmbeddingProperties(
            String model,
            String modelName,
            String queryPrompt,
            String documentPrompt,
            @DefaultValue("0") int batchSize,
            @DefaultValue("false") boolean lazy) {}

    /**
     * A pipeline.
     *
     * @param task its name, as {@code text-classification} or {@code ner}
     * @param model a folder, {@code classpath:} and a folder of resources, or a name on the hub
     * @param lazy whether the model is loaded when somebody asks for the bean, rather than at the start
     */
    public record PipelineProperties(
            String task,
            String model,
            @DefaultValue("false") boolean lazy) {}
}
