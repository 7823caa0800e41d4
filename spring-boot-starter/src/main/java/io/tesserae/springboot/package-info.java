/**
 * Tesserae in a Spring Boot application: an embedding model for Spring AI and a bean for every pipeline, by properties that begin with
 * {@code tesserae}. {@link io.tesserae.springboot.TesseraeProperties} says which there are.
 *
 * <p>On the module path this is the automatic module {@code io.tesserae.springboot}.
 */
package io.tesserae.springboot;
