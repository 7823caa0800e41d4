package io.tesserae.springboot;

import io.tesserae.engine.Engine;
import io.tesserae.loaders.hub.Hub;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.io.ResourceLoader;

/** One engine, the hub's cache, and a bean for every pipeline that the properties name. */
@AutoConfiguration
@EnableConfigurationProperties(TesseraeProperties.class)
@Import(PipelineRegistrar.class)
public final class TesseraeAutoConfiguration {

    /** Made by Spring Boot. */
    TesseraeAutoConfiguration() {}

    /** What all models of the application run on; closed with the context. */
    @Bean(destroyMethod = "close")
    @ConditionalOnMissingBean
    Engine tesseraeEngine(TesseraeProperties properties) {
        Engine.Builder engine = Engine.builder().weightPrecision(properties.weightPrecision());
        if (properties.threads() != null) {
            try {
                engine.threads(properties.threads());
            } catch (IllegalArgumentException e) {
                String action =
                        "Set it to a number from 1 to 4096, or leave it out: then there are as many as processors.";
                throw new ModelPropertyException(TesseraeProperties.PREFIX + ".threads", e.getMessage(), action, e);
            }
        }
        return engine.build();
    }

    /** Where the names of models lead: as the environment says, {@code HF_HOME} and others. */
    @Bean
    @ConditionalOnMissingBean
    Hub tesseraeHub() {
        return Hub.fromEnvironment();
    }

    /** What is loaded by now. */
    @Bean
    LoadedModels tesseraeLoadedModels() {
        return new LoadedModels();
    }

    @Bean
    PipelineBeans tesseraePipelineBeans(
            Engine engine,
            Hub hub,
            ResourceLoader resources,
            LoadedModels loaded,
            TesseraeProperties properties,
            ObjectProvider<PipelineListeners> listeners) {
        ModelFinder finder = new ModelFinder(resources, hub, properties.download());
        return new PipelineBeans(engine, finder, loaded, Optional.ofNullable(listeners.getIfAvailable()));
    }
}
