package io.tesserae.springboot;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/** What was loaded for the application's beans, in that order, and how long it took. Thread-safe. */
public final class LoadedModels {

    /**
     * A model that is loaded.
     *
     * @param bean the name of its bean
     * @param location where it comes from, as the property says it
     * @param description task, model and threads, in a line
     * @param duration how long it took to load
     */
    public record LoadedModel(String bean, String location, String description, Duration duration) {}

    private final List<LoadedModel> models = new CopyOnWriteArrayList<>();

    LoadedModels() {}

    /** Loads a model, whose {@code toString} says what it is. */
    <M> M load(String bean, String location, Supplier<M> loading) {
        long start = System.nanoTime();
        M model = loading.get();
        models.add(new LoadedModel(bean, location, model.toString(), Duration.ofNanos(System.nanoTime() - start)));
        return model;
    }

    /** Those that are loaded by now; a lazy one is not before somebody asks for its bean. */
    public List<LoadedModel> models() {
        return List.copyOf(models);
    }
}
