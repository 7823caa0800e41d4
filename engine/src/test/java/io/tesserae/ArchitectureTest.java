package io.tesserae;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;

/** Inside the engine, arrows point one way: model, layer, engine, kernel, tensor. */
@AnalyzeClasses(packages = "io.tesserae", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule LAYERS = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("model")
            .definedBy("io.tesserae.model")
            .layer("layer")
            .definedBy("io.tesserae.layer")
            .layer("engine")
            .definedBy("io.tesserae.engine")
            .layer("kernel")
            .definedBy("io.tesserae.kernel")
            .layer("tensor")
            .definedBy("io.tesserae.tensor")
            .whereLayer("model")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("layer")
            .mayOnlyBeAccessedByLayers("model")
            .whereLayer("engine")
            .mayOnlyBeAccessedByLayers("layer", "model")
            .whereLayer("kernel")
            .mayOnlyBeAccessedByLayers("engine", "layer", "model");

    @ArchTest
    static final ArchRule DEPENDS_ON_NOTHING = ArchRuleDefinition.classes()
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("io.tesserae..", "java..", "jdk.incubator.vector");

    /** The vector module may be absent: whoever may be loaded then must not touch it. */
    @ArchTest
    static final ArchRule ONLY_VECTOR_CLASSES_NEED_THE_VECTOR_MODULE = ArchRuleDefinition.noClasses()
            .that()
            .haveSimpleNameNotStartingWith("Vector")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("jdk.incubator.vector");
}
