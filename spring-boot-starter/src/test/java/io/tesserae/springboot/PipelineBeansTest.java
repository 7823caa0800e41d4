package io.tesserae.springboot;

import static org.assertj.core.api.Assertions.assertThat;

import io.tesserae.engine.Engine;
import io.tesserae.pipelines.Pipelines;
import io.tesserae.pipelines.task.Pipeline;
import io.tesserae.pipelines.task.TextInput;
import io.tesserae.pipelines.text.TextClassification;
import io.tesserae.pipelines.text.TextClassificationOptions;
import io.tesserae.pipelines.text.TextClassificationPipeline;
import io.tesserae.pipelines.text.TokenClassificationPipeline;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** A bean for every pipeline that the properties name. */
class PipelineBeansTest {

    private static final String TEXT = "The actors were very convincing.";

    @Test
    void aPipelineIsABeanWithTheSameBits() {
        AtomicReference<TextClassificationPipeline> bean = new AtomicReference<>();
        Contexts.withSentiment().withUserConfiguration(Listener.class).run(context -> {
            assertThat(context).hasNotFailed().hasSingleBean(TextClassificationPipeline.class);
            TextClassificationPipeline pipeline = context.getBean("sentiment", TextClassificationPipeline.class);
            try (var expected = Pipelines.textClassification(Contexts.FIXTURES.resolve("distilbert-sst2"))) {
                assertThat(pipeline.classify(TEXT)).isEqualTo(expected.classify(TEXT));
            }
            assertThat(context.getBean(Listener.class).pipeline).isSameAs(pipeline);
            assertThat(context.getBean(Listener.class).general).isSameAs(pipeline);
            bean.set(pipeline);
        });
        org.junit.jupiter.api.Assertions.assertThrows(
                IllegalStateException.class, () -> bean.get().classify(TEXT));
    }

    @Test
    void pipelinesShareOneEngine() {
        Contexts.withSentiment()
                .withPropertyValues(
                        "tesserae.threads=1",
                        "tesserae.weight-precision=bfloat16",
                        "tesserae.pipelines.names.task=ner",
                        "tesserae.pipelines.names.model=" + Contexts.FIXTURES.resolve("bert-ner"))
                .run(context -> {
                    Engine engine = context.getBean(Engine.class);
                    assertThat(engine.threads()).isEqualTo(1);
                    assertThat(engine.weightPrecision()).isEqualTo(io.tesserae.tensor.Precision.BFLOAT16);
                    assertThat(context.getBean(TextClassificationPipeline.class)
                                    .model()
                                    .engine())
                            .isSameAs(engine);
                    assertThat(context.getBean("names", TokenClassificationPipeline.class)
                                    .model()
                                    .engine())
                            .isSameAs(engine);
                });
    }

    @Test
    void theClassPathHasModels() {
        Contexts.withStarter()
                .withPropertyValues(
                        "tesserae.pipelines.sentiment.task=sentiment-analysis",
                        "tesserae.pipelines.sentiment.model=classpath:fixtures/distilbert-sst2")
                .withClassLoader(new FixturesClassLoader())
                .run(context -> assertThat(context.getBean(TextClassificationPipeline.class)
                                .classify(TEXT)
                                .score())
                        .isPositive());
    }

    @Test
    void aLazyPipelineIsLoadedWhenSomebodyAsks() {
        Contexts.withSentiment()
                .withPropertyValues("tesserae.pipelines.sentiment.lazy=true")
                .run(context -> {
                    LoadedModels loaded = context.getBean(LoadedModels.class);
                    assertThat(loaded.models()).isEmpty();
                    context.getBean(TextClassificationPipeline.class);
                    assertThat(loaded.models()).hasSize(1);
                });
    }

    @Test
    void anApplicationsOwnBeanIsLeftAlone() {
        Contexts.withSentiment().withUserConfiguration(OwnPipeline.class).run(context -> {
            assertThat(context).hasSingleBean(TextClassificationPipeline.class);
            assertThat(context.getBean(LoadedModels.class).models()).isEmpty();
        });
    }

    @Configuration
    static class Listener {

        @Autowired
        @Qualifier("sentiment") TextClassificationPipeline pipeline;

        @Autowired
        Pipeline<TextInput, TextClassificationOptions, TextClassification> general;
    }

    @Configuration
    static class OwnPipeline {

        @Bean
        TextClassificationPipeline sentiment() {
            return Pipelines.textClassification(Contexts.FIXTURES.resolve("distilbert-sst2"));
        }
    }
}
