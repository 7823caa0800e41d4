package io.tesserae.cli;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** No packages of the modules that the command line stands on go in a circle, and no classes of a package do. */
class CirclesTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.tesserae");

    @Test
    void noPackagesGoInACircle() {
        assertTrue(CLASSES.contain("io.tesserae.kernel.Kernels"), "the classes were not found");
        slices().matching("io.(tesserae..)").should().beFreeOfCycles().check(CLASSES);
    }

    /** What was added later is above all other modules; of the command line one command knows it, of the examples one package. */
    @Test
    void nothingKnowsWhatIsAbove() {
        ArchRuleDefinition.noClasses()
                .that()
                .resideOutsideOfPackages(
                        "io.tesserae.training..",
                        "io.tesserae.server..",
                        "io.tesserae.cli.serve..",
                        "io.tesserae.cli.train..",
                        "io.tesserae.examples.generalist.learning..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.tesserae.training..", "io.tesserae.server..")
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @Test
    void noClassesGoInACircle() {
        Units units = new Units(CLASSES);
        slices().assignedFrom(units).should().beFreeOfCycles().check(CLASSES);
    }

    /** The rule can fail, and takes for one thing only what is. */
    @Test
    void whatIsOneThingIsSeen() {
        Units units = new Units(CLASSES);
        assertTrue(units.areOne("io.tesserae.tokenizer.Tokenizer", "io.tesserae.tokenizer.TokenizerBuilder"));
        assertTrue(units.areOne("io.tesserae.cli.model.LoadedModel", "io.tesserae.cli.model.TextModel"));
        assertTrue(units.areOne("io.tesserae.loaders.files.ModelFiles", "io.tesserae.loaders.files.ResourceFiles"));
        assertFalse(units.areOne("io.tesserae.loaders.Checkpoint", "io.tesserae.loaders.CheckpointWeights"));
        assertFalse(units.areOne("io.tesserae.loaders.hub.Hub", "io.tesserae.loaders.hub.HubCache"));
    }

    /**
     * What may name each other, since it is one thing: a class and those nested in it; a sealed type and the types that it permits; a
     * type and its package-private subtypes, which it hides; a class and its builder; a class and a package-private one that no other
     * names, a part of it in a file of its own. The kernels are one thing too: they were measured as they are, and a cut through them
     * is an indirection in the innermost loops.
     */
    private static final class Units implements SliceAssignment {

        private static final String KERNELS = "io.tesserae.kernel";

        private final Map<String, String> parents = new HashMap<>();

        Units(JavaClasses classes) {
            for (JavaClass type : classes) {
                type.getEnclosingClass().ifPresent(outer -> unite(type, outer));
            }
            for (JavaClass type : classes) {
                uniteWithSupertypes(type);
                String name = type.getName();
                if (name.endsWith("Builder")) {
                    String product = name.substring(0, name.length() - "Builder".length());
                    if (classes.contain(product)) {
                        unite(type, classes.get(product));
                    }
                }
            }
            uniteWithOnlyUsers(classes);
        }

        private void uniteWithSupertypes(JavaClass type) {
            Set<JavaClass> supertypes = new HashSet<>(type.getRawInterfaces());
            type.getRawSuperclass().ifPresent(supertypes::add);
            for (JavaClass supertype : supertypes) {
                if (supertype.getPackageName().equals(type.getPackageName())
                        && (!type.getModifiers().contains(JavaModifier.PUBLIC)
                                || supertype.reflect().isSealed())) {
                    unite(type, supertype);
                }
            }
        }

        /** Whoever names a nested class names its file. */
        private void uniteWithOnlyUsers(JavaClasses classes) {
            Map<String, Set<String>> usersOfFile = new TreeMap<>();
            for (JavaClass type : classes) {
                Set<String> users = usersOfFile.computeIfAbsent(file(type), _ -> new TreeSet<>());
                type.getDirectDependenciesToSelf().forEach(use -> users.add(file(use.getOriginClass())));
            }
            usersOfFile.forEach((file, users) -> {
                users.remove(file);
                boolean isPublic = classes.get(file).getModifiers().contains(JavaModifier.PUBLIC);
                if (!isPublic && users.size() == 1) {
                    unite(file, users.iterator().next());
                }
            });
        }

        private static String file(JavaClass type) {
            String name = type.getName();
            int nested = name.indexOf('$');
            return nested < 0 ? name : name.substring(0, nested);
        }

        private void unite(JavaClass one, JavaClass other) {
            unite(one.getName(), other.getName());
        }

        private void unite(String one, String other) {
            String from = root(one);
            String to = root(other);
            if (!from.equals(to)) {
                parents.put(from, to);
            }
        }

        private String root(String name) {
            String root = name;
            while (parents.containsKey(root)) {
                root = parents.get(root);
            }
            return root;
        }

        boolean areOne(String one, String other) {
            assertEquals(
                    2,
                    CLASSES.stream()
                            .filter(type -> Set.of(one, other).contains(type.getName()))
                            .count());
            return root(one).equals(root(other));
        }

        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            return SliceIdentifier.of(type.getPackageName().equals(KERNELS) ? KERNELS : root(type.getName()));
        }

        @Override
        public String getDescription() {
            return "classes, and what is one thing with them";
        }
    }
}
