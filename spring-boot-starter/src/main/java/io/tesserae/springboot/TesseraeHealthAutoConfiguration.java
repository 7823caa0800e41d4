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
public final class TesseraeHealthAutoConfiguration {

    /** Made by Spring Boot. */
    TesseraeHealthAutoConfiguration() {}

    /** The condition stands here and not at the class, where Spring would look for it before it knows that the library is there. */
    @Bean
    @ConditionalOnEnabledHealthIndicator("tesserae")
    @ConditionalOnMissingBean(name = "tesseraeHealthIndicator")
    HealthIndicator tesseraeHealthIndicator(Engine engine, LoadedModels loaded) {
        return new ModelsHealthIndicator(engine, loaded);
    }
}
