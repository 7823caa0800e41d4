package io.tesserae.springboot;

import static org.assertj.core.api.Assertions.assertThat;

import io.tesserae.pipelines.Pipelines;
import io.tesserae.springai.TesseraeEmbeddingModel;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Spring AI's embedding model by properties. */
class EmbeddingModelTest {

    private static final String TEXT = "Joe is old.";
    private static final String MODEL = "tesserae.embedding.model=" + Contexts.FIXTURES.resolve("sentence-embedding");

    private final ApplicationContextRunner contexts = Contexts.withStarter();

    @Test
    void itsVectorsAreThePipelines() {
        contexts.withPropertyValues(
                        MODEL,
                        "tesserae.embedding.query-prompt=query: ",
                        "tesserae.embedding.document-prompt=passage: ",
                        "tesserae.embedding.batch-size=2")
                .run(context -> {
                    EmbeddingModel model = context.getBean(EmbeddingModel.class);
                    try (var pipeline = Pipelines.sentenceEmbedding(Contexts.FIXTURES.resolve("sentence-embedding"))) {
                        assertThat(model.embed(TEXT)).isEqualTo(pipeline.embed("query: " + TEXT));
                        assertThat(model.embed(new Document(TEXT))).isEqualTo(pipeline.embed("passage: " + TEXT));
                        assertThat(model.embed(List.of(TEXT)).getFirst()).isEqualTo(pipeline.embed(TEXT));
                    }
                    assertThat(model.embedForResponse(List.of(TEXT))
                                    .getMetadata()
                                    .getModel())
                            .isEqualTo("sentence-embedding");
                });
    }

    @Test
    void withoutAModelThereIsNone() {
        contexts.run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(EmbeddingModel.class));
    }

    @Test
    void anotherModelsNameTurnsItOff() {
        contexts.withPropertyValues(MODEL, "spring.ai.model.embedding=openai")
                .run(context -> assertThat(context).doesNotHaveBean(EmbeddingModel.class));
    }

    @Test
    void theApplicationsOwnComesFirst() {
        contexts.withPropertyValues(MODEL).withUserConfiguration(OwnModel.class).run(context -> {
            assertThat(context).hasSingleBean(EmbeddingModel.class).hasBean("ownModel");
            assertThat(context.getBean(LoadedModels.class).models()).isEmpty();
        });
    }

    @Test
    void aLazyOneIsLoadedWhenSomebodyAsks() {
        contexts.withPropertyValues(MODEL, "tesserae.embedding.lazy=true").run(context -> {
            assertThat(context.getBean(LoadedModels.class).models()).isEmpty();
            context.getBean(EmbeddingModel.class);
            assertThat(context.getBean(LoadedModels.class).models()).hasSize(1);
        });
    }

    @Test
    void pipelinesDoWithoutSpringAi() {
        Contexts.withSentiment()
                .withPropertyValues(MODEL)
                .withClassLoader(new FilteredClassLoader("org.springframework.ai", "io.tesserae.springai"))
                .run(context -> assertThat(context).hasNotFailed().hasBean("sentiment"));
    }

    @Configuration
    static class OwnModel {

        @Bean
        TesseraeEmbeddingModel ownModel() {
            return TesseraeEmbeddingModel.of(Contexts.FIXTURES.resolve("sentence-embedding"));
        }
    }
}
