package io.tesserae.springboot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tesserae.pipelines.task.TextInput;
import io.tesserae.pipelines.text.TextClassificationOptions;
import io.tesserae.pipelines.text.TextClassificationPipeline;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.FilteredClassLoader;

/** Health and timers: there where their libraries are, absent where they are not. */
class HealthAndMetersTest {

    @Test
    void healthNamesEngineAndModels() {
        Contexts.withSentiment().run(context -> {
            Health health = context.getBean(HealthIndicator.class).health();
            assertThat(health.getStatus()).isEqualTo(Status.UP);
            assertThat(health.getDetails().get("engine").toString())
                    .contains("thread")
                    .contains("kernels");
            Object models = health.getDetails().get("models");
            assertThat(models)
                    .asInstanceOf(InstanceOfAssertFactories.map(String.class, Object.class))
                    .containsOnlyKeys("sentiment");
            assertThat(models.toString())
                    .contains("distilbert-sst2")
                    .contains("text-classification with distilbert")
                    .contains("loadTimeMillis");
        });
    }

    @Test
    void healthCanBeTurnedOff() {
        Contexts.withSentiment()
                .withPropertyValues("management.health.tesserae.enabled=false")
                .run(context -> assertThat(context).doesNotHaveBean(HealthIndicator.class));
    }

    @Test
    void neitherLibraryIsNeeded() {
        Contexts.withSentiment()
                .withClassLoader(new FilteredClassLoader("io.micrometer.core", "org.springframework.boot.health"))
                .run(context -> {
                    assertThat(context)
                            .hasNotFailed()
                            .doesNotHaveBean(HealthIndicator.class)
                            .doesNotHaveBean(PipelineListeners.class);
                    assertThat(context.getBean(TextClassificationPipeline.class)
                                    .classify("fine")
                                    .score())
                            .isPositive();
                });
    }

    @Test
    void callsAndBatchesAreTimed() {
        Contexts.withSentiment().withBean(SimpleMeterRegistry.class).run(context -> {
            TextClassificationPipeline pipeline = context.getBean(TextClassificationPipeline.class);
            MeterRegistry meters = context.getBean(MeterRegistry.class);
            pipeline.classify(List.of("good", "bad", "odd"));
            assertThat(count(meters, "success")).isEqualTo(1);
            var inputs = meters.get("tesserae.pipeline.inputs")
                    .tag("model", "sentiment")
                    .summary();
            assertThat(inputs.totalAmount()).isEqualTo(3);

            Stream<TextInput> texts = Stream.of("a", "b", "c").map(TextInput::of);
            pipeline.answer(texts, TextClassificationOptions.DEFAULT.withBatchSize(2))
                    .toList();
            assertThat(count(meters, "success")).isEqualTo(3); // two batches
            assertThat(inputs.totalAmount()).isEqualTo(6);

            assertThatThrownBy(() -> pipeline.classify("word ".repeat(1000)))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(count(meters, "error")).isEqualTo(1);
        });
    }

    private static long count(MeterRegistry meters, String outcome) {
        return meters.get("tesserae.pipeline")
                .tags("task", "text-classification", "model", "sentiment", "outcome", outcome)
                .timer()
                .count();
    }

    @Test
    void embeddingsAreTimed() {
        Contexts.withStarter()
                .withPropertyValues("tesserae.embedding.model=" + Contexts.FIXTURES.resolve("sentence-embedding"))
                .withBean(SimpleMeterRegistry.class)
                .run(context -> {
                    context.getBean(EmbeddingModel.class).embed(List.of("a", "b"));
                    assertThat(context.getBean(MeterRegistry.class)
                                    .get("tesserae.pipeline")
                                    .tags("task", "sentence-embedding", "outcome", "success")
                                    .timer()
                                    .count())
                            .isEqualTo(1);
                });
    }
}
