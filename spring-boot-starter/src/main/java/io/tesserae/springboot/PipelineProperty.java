package io.tesserae.springboot;

/** The properties of one pipeline, by their whole names. */
enum PipelineProperty {
    TASK("task"),
    MODEL("model");

    private final String key;

    PipelineProperty(String key) {
        this.key = key;
    }

    String of(String pipeline) {
        return TesseraeProperties.PIPELINES + "." + pipeline + "." + key;
    }
}
