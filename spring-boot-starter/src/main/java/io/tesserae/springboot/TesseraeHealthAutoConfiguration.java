package io.tesserae.springboot;

import io.tesserae.engine.Engine;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/** The health indicator {@code tesserae}, where {@code spring-boot-health} is on the class path. */
@AutoConfiguration(after = TesseraeAutoConfiguration.class)
@ConditionalOnClass({HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class})
@ConditionalOnEnabledHealthIndicator("tesserae")
public final class TesseraeHealthAutoConfiguration {

    /** Made by Spring Boot. */
    TesseraeHealthAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean(name = "tesseraeHealthIndicator")
    HealthIndicator tesseraeHealthIndicator(Engine engine, LoadedModels loaded) {
        return new ModelsHealthIndicator(engine, loaded);
    }
}
