package io.tesserae.springboot;

import io.tesserae.pipelines.Pipelines;
import io.tesserae.pipelines.task.Pipeline;
import io.tesserae.pipelines.task.PipelineTask;
import io.tesserae.springboot.TesseraeProperties.PipelineProperties;
import java.util.Map;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotationMetadata;

/**
 * Registers a bean for every {@code tesserae.pipelines.NAME}: it is called NAME, and has the type of its task's pipelines, so it can be
 * asked for by either. A bean of that name and type that the application has itself is left alone.
 */
final class PipelineRegistrar implements ImportBeanDefinitionRegistrar {

    private static final Bindable<Map<String, PipelineProperties>> PIPELINES =
            Bindable.mapOf(String.class, PipelineProperties.class);

    private final Environment environment;
    private final BeanFactory beans;

    /** For an application, of which Spring hands in what is needed. */
    PipelineRegistrar(Environment environment, BeanFactory beans) {
        this.environment = environment;
        this.beans = beans;
    }

    @Override
    public void registerBeanDefinitions(AnnotationMetadata importing, BeanDefinitionRegistry registry) {
        Binder.get(environment)
                .bind(TesseraeProperties.PIPELINES, PIPELINES)
                .orElseGet(Map::of)
                .forEach((name, properties) -> register(name, properties, registry));
    }

    private void register(String name, PipelineProperties properties, BeanDefinitionRegistry registry) {
        PipelineTask<?> task = task(name, properties.task());
        if (registry.containsBeanDefinition(name)) {
            requireOwn(name, task);
            return;
        }
        RootBeanDefinition bean = definition(task.type(), name, properties.model(), task);
        bean.setLazyInit(properties.lazy());
        bean.setDestroyMethodName("close");
        bean.setResourceDescription("property " + TesseraeProperties.PIPELINES + "." + name);
        registry.registerBeanDefinition(name, bean);
    }

    private <P extends Pipeline<?, ?, ?>> RootBeanDefinition definition(
            Class<P> type, String name, String model, PipelineTask<?> task) {
        return new RootBeanDefinition(
                type, () -> type.cast(beans.getBean(PipelineBeans.class).pipeline(name, model, task)));
    }

    private static PipelineTask<?> task(String pipeline, String task) {
        String property = PipelineProperty.TASK.of(pipeline);
        String action = "Set it to one of the tasks, as text-classification.";
        if (task == null || task.isBlank()) {
            throw new ModelPropertyException(property, "no task is set", action, null);
        }
        try {
            return Pipelines.task(task);
        } catch (IllegalArgumentException e) {
            throw new ModelPropertyException(property, e.getMessage(), action, e);
        }
    }

    private void requireOwn(String name, PipelineTask<?> task) {
        Class<?> found = beans.getType(name, false);
        if (found == null || !task.type().isAssignableFrom(found)) {
            throw new ModelPropertyException(
                    PipelineProperty.TASK.of(name),
                    "there is a bean named \"" + name + "\" already, and it is no "
                            + task.type().getSimpleName() + (found == null ? "" : " but a " + found.getName()),
                    "Give the pipeline another name in " + TesseraeProperties.PIPELINES + ".",
                    null);
        }
    }
}
