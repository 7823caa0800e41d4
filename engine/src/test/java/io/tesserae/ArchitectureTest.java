package io.tesserae;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import java.util.Map;
import java.util.Set;

/** Inside the engine, arrows point one way: families, family, model, layer, engine, kernel, tensor; generation stands on model. */
@AnalyzeClasses(packages = "io.tesserae", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule LAYERS = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("families")
            .definedBy("io.tesserae.families")
            .layer("family")
            .definedBy("io.tesserae.family..")
            .layer("generation")
            .definedBy("io.tesserae.generation..")
            .layer("model")
            .definedBy("io.tesserae.model")
            .layer("layer")
            .definedBy("io.tesserae.layer..")
            .layer("engine")
            .definedBy("io.tesserae.engine")
            .layer("kernel")
            .definedBy("io.tesserae.kernel")
            .layer("tensor")
            .definedBy("io.tesserae.tensor")
            .whereLayer("families")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("family")
            .mayOnlyBeAccessedByLayers("families")
            .whereLayer("generation")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("model")
            .mayOnlyBeAccessedByLayers("family", "generation")
            .whereLayer("layer")
            .mayOnlyBeAccessedByLayers("family", "model")
            .whereLayer("engine")
            .mayOnlyBeAccessedByLayers("family", "layer", "model")
            .whereLayer("kernel")
            .mayOnlyBeAccessedByLayers("engine", "family", "layer", "model");

    /** The families that contain another; all the rest know of none but themselves. The list of families knows them all. */
    private static final Map<String, Set<String>> CONTAINS = Map.of(
            "deit", Set.of("vit"),
            "visionencoderdecoder", Set.of("vit", "deit", "gpt2"),
            "idefics", Set.of("llama"),
            "idefics3", Set.of("llama"));

    @ArchTest
    static final ArchRule A_FAMILY_NAMES_ANOTHER_ONLY_WHERE_IT_CONTAINS_IT = ArchRuleDefinition.classes()
            .that()
            .resideInAPackage("io.tesserae.family.*")
            .should(new ArchCondition<>("name no family but their own, and those that it contains") {
                @Override
                public void check(JavaClass type, ConditionEvents events) {
                    String own = family(type);
                    for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                        String other = family(dependency.getTargetClass());
                        boolean allowed = other.isEmpty()
                                || other.equals(own)
                                || other.equals("common")
                                || CONTAINS.getOrDefault(own, Set.of()).contains(other);
                        if (!allowed) {
                            events.add(SimpleConditionEvent.violated(type, dependency.getDescription()));
                        }
                    }
                }
            });

    /** What comes behind {@code io.tesserae.family.} in a class's package; nothing for all others. */
    private static String family(JavaClass type) {
        String prefix = "io.tesserae.family.";
        return type.getPackageName().startsWith(prefix) ? type.getPackageName().substring(prefix.length()) : "";
    }

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
