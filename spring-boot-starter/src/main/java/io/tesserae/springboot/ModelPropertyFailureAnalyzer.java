package io.tesserae.springboot;

import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.env.Environment;

/** Says which property leads to no model, where it was set, what was found and what to do. */
final class ModelPropertyFailureAnalyzer extends AbstractFailureAnalyzer<ModelPropertyException> {

    private final Environment environment;

    /** For an application's environment, which Spring Boot hands in. */
    ModelPropertyFailureAnalyzer(Environment environment) {
        this.environment = environment;
    }

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, ModelPropertyException cause) {
        return new FailureAnalysis(
                cause.getMessage() + "\n\n" + whereItWasSet(cause.property()), cause.action(), rootFailure);
    }

    private String whereItWasSet(String property) {
        ConfigurationPropertyName name = ConfigurationPropertyName.adapt(property, '.');
        for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
            ConfigurationProperty found = source.getConfigurationProperty(name);
            if (found != null) {
                String origin = found.getOrigin() == null ? "" : ", from " + found.getOrigin();
                return "    Property: " + property + "\n    Value: \"" + found.getValue() + "\"" + origin;
            }
        }
        return "    Property: " + property + "\n    Value: none";
    }
}
