package io.tesserae.springboot;

import java.nio.file.Path;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Contexts with what the starter configures, as an application has it. */
final class Contexts {

    static final Path FIXTURES = Path.of("..", "testdata", "fixtures");

    private Contexts() {}

    static ApplicationContextRunner withStarter() {
        return new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        TesseraeAutoConfiguration.class,
                        TesseraeEmbeddingAutoConfiguration.class,
                        TesseraeHealthAutoConfiguration.class,
                        TesseraeMetricsAutoConfiguration.class));
    }

    static ApplicationContextRunner withSentiment() {
        return withStarter()
                .withPropertyValues(
                        "tesserae.pipelines.sentiment.task=text-classification",
                        "tesserae.pipelines.sentiment.model=" + FIXTURES.resolve("distilbert-sst2"));
    }
}
