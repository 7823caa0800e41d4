package io.tesserae.springboot;

import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** Timers of the pipelines' work, where Micrometer is on the class path. */
@AutoConfiguration(before = TesseraeAutoConfiguration.class)
@ConditionalOnClass(MeterRegistry.class)
public final class TesseraeMetricsAutoConfiguration {

    /** Made by Spring Boot. */
    TesseraeMetricsAutoConfiguration() {}

    /** Without a registry in the application, nothing is measured. */
    @Bean
    @ConditionalOnMissingBean
    PipelineListeners tesseraePipelineListeners(ObjectProvider<MeterRegistry> registry) {
        return (task, bean) -> {
            MeterRegistry meters = registry.getIfUnique();
            return meters == null ? call -> {} : new PipelineMeters(meters, task, bean);
        };
    }
}
