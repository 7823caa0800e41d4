package io.tesserae.springboot;

import static org.assertj.core.api.Assertions.assertThat;

import io.tesserae.engine.Engine;
import io.tesserae.pipelines.text.TextClassificationPipeline;
import org.junit.jupiter.api.Test;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.annotation.Configuration;

/** An application that finds the starter on its class path, and nothing else. */
class ApplicationTest {

    @Test
    void itStartsWithItsBeans() {
        try (var context = new SpringApplicationBuilder(Application.class)
                .web(WebApplicationType.NONE)
                .run(
                        "--tesserae.embedding.model=" + Contexts.FIXTURES.resolve("sentence-embedding"),
                        "--tesserae.pipelines.sentiment.task=text-classification",
                        "--tesserae.pipelines.sentiment.model=" + Contexts.FIXTURES.resolve("distilbert-sst2"))) {
            assertThat(context.getBean(EmbeddingModel.class).embed("Joe is old."))
                    .hasSize(24);
            assertThat(context.getBean(TextClassificationPipeline.class).model().engine())
                    .isSameAs(context.getBean(Engine.class));
        }
    }

    @Configuration
    @EnableAutoConfiguration
    static class Application {}
}
