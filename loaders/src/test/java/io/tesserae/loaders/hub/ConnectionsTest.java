package io.tesserae.loaders.hub;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;

/** Whoever loads a model from a folder can be sure that nothing is connected to. */
@AnalyzeClasses(packages = "io.tesserae", importOptions = ImportOption.DoNotIncludeTests.class)
class ConnectionsTest {

    @ArchTest
    static final ArchRule ONLY_THE_HUB_KNOWS_THE_NETWORK = ArchRuleDefinition.noClasses()
            .that()
            .resideOutsideOfPackages("io.tesserae.loaders.hub", "io.tesserae.fakehub")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("java.net..");

    @ArchTest
    static final ArchRule ONLY_HUB_ASKS_FOR_A_CONNECTION = ArchRuleDefinition.noClasses()
            .that()
            .doNotHaveSimpleName("Hub")
            .and()
            .doNotHaveSimpleName("HubClient")
            .should()
            .callConstructor(HubClient.class, HubSettings.class, Patience.class);
}
