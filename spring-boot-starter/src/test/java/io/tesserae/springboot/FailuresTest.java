package io.tesserae.springboot;

import static org.assertj.core.api.Assertions.assertThat;

import io.tesserae.loaders.hub.Hub;
import io.tesserae.loaders.hub.HubSettings;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.env.Environment;

/** What goes wrong is said with the property, what was found, and what to do. */
class FailuresTest {

    private final ApplicationContextRunner contexts = Contexts.withStarter();

    @TempDir
    Path folder;

    @Test
    void aModelThatIsNowhere() {
        Hub hub = Hub.of(HubSettings.fromEnvironment(Map.of("HF_HOME", folder.toString()), folder));
        FailureAnalysis analysis = analysis(contexts.withBean(Hub.class, () -> hub)
                .withPropertyValues(
                        "tesserae.pipelines.names.task=ner", "tesserae.pipelines.names.model=nobody/nothing"));
        assertThat(analysis.getDescription())
                .startsWith("tesserae.pipelines.names.model: \"nobody/nothing\" is no folder")
                .contains("is not in the cache")
                .contains("Value: \"nobody/nothing\"");
        assertThat(analysis.getAction()).contains("tesserae.download=true");
    }

    @Test
    void aModelOfAnotherTask() {
        FailureAnalysis analysis = analysis(contexts.withPropertyValues(
                "tesserae.pipelines.pictures.task=image-classification",
                "tesserae.pipelines.pictures.model=" + Contexts.FIXTURES.resolve("distilbert-sst2")));
        assertThat(analysis.getDescription())
                .startsWith("tesserae.pipelines.pictures.model: ")
                .contains("distilbert-sst2");
    }

    @Test
    void aTaskThatThereIsNot() {
        FailureAnalysis analysis = analysis(contexts.withPropertyValues(
                "tesserae.pipelines.names.task=text-clasification", "tesserae.pipelines.names.model=x"));
        assertThat(analysis.getDescription())
                .startsWith("tesserae.pipelines.names.task: ")
                .contains("did you mean \"text-classification\"");
    }

    @Test
    void noModelAndNoTask() {
        assertThat(analysis(contexts.withPropertyValues("spring.ai.model.embedding=tesserae"))
                        .getDescription())
                .startsWith("tesserae.embedding.model: no model is set")
                .contains("Value: none");
        assertThat(analysis(contexts.withPropertyValues("tesserae.pipelines.names.model=x"))
                        .getDescription())
                .startsWith("tesserae.pipelines.names.task: no task is set");
    }

    @Test
    void nothingOnTheClassPath() {
        assertThat(analysis(contexts.withPropertyValues("tesserae.embedding.model=classpath:absent"))
                        .getDescription())
                .contains("there is no resource \"classpath:absent/config.json\"");
    }

    @Test
    void tooManyThreads() {
        assertThat(analysis(Contexts.withSentiment().withPropertyValues("tesserae.threads=5000"))
                        .getDescription())
                .startsWith("tesserae.threads: ")
                .contains("5000");
    }

    @Test
    void aNameThatIsTaken() {
        assertThat(analysis(contexts.withBean("names", String.class, () -> "taken")
                                .withPropertyValues(
                                        "tesserae.pipelines.names.task=ner",
                                        "tesserae.pipelines.names.model=" + Contexts.FIXTURES.resolve("bert-ner")))
                        .getDescription())
                .contains("there is a bean named \"names\" already");
    }

    @Test
    void aPropertyThatIsMisspelt() {
        contexts.withPropertyValues("tesserae.pipelines.names.modle=x", "tesserae.thraeds=2")
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .isInstanceOfAny(UnboundConfigurationPropertiesException.class, ModelPropertyException.class));
    }

    private static FailureAnalysis analysis(ApplicationContextRunner contexts) {
        var environment = new AtomicReference<Environment>();
        var analysis = new AtomicReference<FailureAnalysis>();
        contexts.withInitializer(context -> environment.set(context.getEnvironment()))
                .run(context -> {
                    assertThat(context).hasFailed();
                    var analyzer = new ModelPropertyFailureAnalyzer(environment.get());
                    analysis.set(analyzer.analyze(context.getStartupFailure()));
                });
        assertThat(analysis.get()).isNotNull();
        return analysis.get();
    }
}
