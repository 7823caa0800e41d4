package io.tesserae.springboot;

import io.tesserae.springai.TesseraeEmbeddingModel;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Spring AI's embedding model, where {@code tesserae.embedding.model} is set, the application has no other, and {@code
 * spring.ai.model.embedding} asks for no other.
 */
@AutoConfiguration(after = TesseraeAutoConfiguration.class)
@ConditionalOnClass(EmbeddingModel.class)
@Conditional(TesseraeEmbeddingAutoConfiguration.OnEmbeddingModel.class)
public final class TesseraeEmbeddingAutoConfiguration {

    private static final String BEAN = "tesseraeEmbeddingModel";

    /** Made by Spring Boot. */
    TesseraeEmbeddingAutoConfiguration() {}

    @Bean(name = BEAN, destroyMethod = "close")
    @ConditionalOnMissingBean(EmbeddingModel.class)
    TesseraeEmbeddingModel tesseraeEmbeddingModel(PipelineBeans beans, TesseraeProperties properties) {
        return beans.embeddingModel(BEAN, properties.embedding(), TesseraeEmbeddingModel.builder());
    }

    /** An annotation cannot ask a property whether a bean is lazy. */
    @Bean
    static BeanFactoryPostProcessor tesseraeEmbeddingModelLaziness(Environment environment) {
        boolean lazy = environment.getProperty(TesseraeProperties.PREFIX + ".embedding.lazy", Boolean.class, false);
        return beans -> {
            if (lazy && beans.containsBeanDefinition(BEAN)) {
                beans.getBeanDefinition(BEAN).setLazyInit(true);
            }
        };
    }

    /** Whether the properties want this embedding model: by its name, or by a model while nobody else's name is given. */
    static final class OnEmbeddingModel extends SpringBootCondition {

        private static final String CHOICE = "spring.ai.model.embedding";

        @Override
        public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
            String choice = context.getEnvironment().getProperty(CHOICE);
            boolean hasModel = context.getEnvironment().getProperty(TesseraeProperties.EMBEDDING_MODEL) != null;
            boolean wanted = choice == null ? hasModel : choice.equals(TesseraeProperties.PREFIX);
            var message = ConditionMessage.forCondition("embedding model")
                    .because(CHOICE + " is " + choice + ", " + TesseraeProperties.EMBEDDING_MODEL
                            + (hasModel ? " is set" : " is not set"));
            return new ConditionOutcome(wanted, message);
        }
    }
}
