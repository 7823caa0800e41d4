/** Embedding models and pipelines as beans of Spring Boot. The jar is an automatic module of this name. */
module io.tesserae.springboot {
    requires transitive io.tesserae.pipelines;
    requires io.tesserae.springai;
    requires spring.ai.commons;
    requires spring.ai.model;
    requires spring.beans;
    requires transitive spring.boot;
    requires transitive spring.boot.autoconfigure;
    requires static spring.boot.health;
    requires transitive spring.context;
    requires spring.core;
    requires static micrometer.core;

    exports io.tesserae.springboot;
}
