package io.tesserae.springboot;

import io.tesserae.engine.Engine;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/** Up, with the engine and the models that are loaded. An application whose models cannot be loaded does not start. */
final class ModelsHealthIndicator extends AbstractHealthIndicator {

    private final Engine engine;
    private final LoadedModels loaded;

    ModelsHealthIndicator(Engine engine, LoadedModels loaded) {
        this.engine = engine;
        this.loaded = loaded;
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) {
        Map<String, Object> models = new LinkedHashMap<>();
        for (LoadedModels.LoadedModel model : loaded.models()) {
            models.put(
                    model.bean(),
                    Map.of(
                            "model", model.location(),
                            "description", model.description(),
                            "loadTimeMillis", model.duration().toMillis()));
        }
        builder.up().withDetail("engine", engine.toString()).withDetail("models", models);
    }
}
