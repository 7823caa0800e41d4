package io.tesserae.examples.generalist;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.examples.generalist.GridWorld.Cell;
import io.tesserae.examples.generalist.GridWorld.Grid;
import io.tesserae.examples.generalist.GridWorld.Mission;
import io.tesserae.examples.generalist.GridWorld.Task;
import io.tesserae.examples.generalist.GridWorld.World;
import io.tesserae.pipelines.agent.Action;
import io.tesserae.pipelines.agent.Observation;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

/** The rules of MiniGrid and BabyAI, and the expert. */
class GridWorldTest {

    private static final int BLUE_KEY = Cell.of(Cell.KEY, Colour.BLUE);
    private static final int BLUE_DOOR = Cell.of(Cell.DOOR, Colour.BLUE);
    private static final int RED_BALL = Cell.of(Cell.BALL, Colour.RED);
    private static final int GREEN_BOX = Cell.of(Cell.BOX, Colour.GREEN);

    private final GridWorld gridWorld = new GridWorld();

    /** Two rooms of 3 x 3, a locked door between them. The agent is at (1, 1) and looks to the right. */
    private static Grid rooms() {
        Grid grid = new Grid(9, 5, Cell.WALL);
        for (int y = 1; y <= 3; y++) {
            for (int x : new int[] {1, 2, 3, 5, 6, 7}) {
                grid.set(x, y, Cell.EMPTY);
            }
        }
        grid.set(4, 2, Cell.door(Colour.BLUE, Cell.LOCKED));
        grid.set(2, 3, BLUE_KEY);
        grid.set(7, 2, RED_BALL);
        grid.set(3, 1, GREEN_BOX);
        grid.stand(1, 1, 0);
        return grid;
    }

    private static World world(Task task, int target) {
        return new World(rooms(), new Mission(task, target));
    }

    private static int[] values(Observation observation) {
        return ((Observation.Discrete) observation).values();
    }

    /** A cell of the view: kind, colour and state. */
    private static int[] cell(Observation observation, int column, int row) {
        int at = 1 + 3 * (7 * column + row);
        return Arrays.copyOfRange(values(observation), at, at + 3);
    }

    private Step play(int... actions) {
        Step step = null;
        for (int action : actions) {
            step = gridWorld.step(new Action.Discrete(action));
        }
        return step;
    }

    @Test
    void viewTurnsWithTheAgent() {
        Observation right = gridWorld.start(world(Task.GO_TO, RED_BALL));
        assertEquals(148, values(right).length);
        assertEquals(0, values(right)[0]);
        assertArrayEquals(new int[] {1, 0, 0}, cell(right, 3, 6), "the agent's own cell, with nothing in its hands");
        assertArrayEquals(new int[] {1, 0, 0}, cell(right, 3, 5));
        assertArrayEquals(new int[] {7, 1, 0}, cell(right, 3, 4), "the green box, two cells ahead");
        assertArrayEquals(new int[] {2, 5, 0}, cell(right, 2, 5), "the wall to the left");
        assertArrayEquals(new int[] {4, 2, 2}, cell(right, 4, 3), "the locked door, three ahead and one aside");
        assertArrayEquals(new int[] {5, 2, 0}, cell(right, 5, 5), "the key, one ahead and two aside");
        assertArrayEquals(new int[] {0, 0, 0}, cell(right, 4, 2), "what is behind the door");
        Observation down = play(GridWorld.RIGHT).observation();
        assertEquals(1, values(down)[0]);
        assertArrayEquals(new int[] {5, 2, 0}, cell(down, 2, 4), "the key, two ahead and one to the left");
    }

    @Test
    void openDoorsAreSeenThrough() {
        gridWorld.start(world(Task.GO_TO, GREEN_BOX));
        play(GridWorld.RIGHT, GridWorld.FORWARD, GridWorld.FORWARD, GridWorld.LEFT);
        Observation carries = play(GridWorld.PICK_UP).observation();
        assertArrayEquals(new int[] {5, 2, 0}, cell(carries, 3, 6), "what is carried is in the agent's own cell");
        play(GridWorld.LEFT, GridWorld.FORWARD, GridWorld.RIGHT, GridWorld.FORWARD, GridWorld.FORWARD);
        Observation open = play(GridWorld.TOGGLE).observation();
        assertArrayEquals(new int[] {4, 2, 0}, cell(open, 3, 5));
        assertArrayEquals(new int[] {6, 0, 0}, cell(open, 3, 2), "the ball in the other room");
        Observation closed = play(GridWorld.TOGGLE).observation();
        assertArrayEquals(new int[] {4, 2, 1}, cell(closed, 3, 5), "closed, no longer locked");
        assertArrayEquals(new int[] {0, 0, 0}, cell(closed, 3, 2));
    }

    @Test
    void lockedDoorsWantTheirKey() {
        gridWorld.start(world(Task.OPEN, BLUE_DOOR));
        play(GridWorld.RIGHT, GridWorld.FORWARD, GridWorld.LEFT, GridWorld.FORWARD, GridWorld.FORWARD);
        assertFalse(play(GridWorld.TOGGLE).terminated());
        play(GridWorld.RIGHT, GridWorld.RIGHT, GridWorld.FORWARD, GridWorld.LEFT, GridWorld.PICK_UP);
        Step opened = play(GridWorld.LEFT, GridWorld.FORWARD, GridWorld.TOGGLE);
        assertTrue(opened.terminated());
        assertEquals((float) (1 - 0.9 * 14 / 64), opened.reward());
    }

    @Test
    void goingToIsFacing() {
        gridWorld.start(world(Task.GO_TO, GREEN_BOX));
        Step there = play(GridWorld.FORWARD);
        assertTrue(there.terminated());
        assertEquals(
                "go to the green box",
                ((Observation.Discrete) there.observation()).text().orElseThrow());
    }

    @Test
    void pickingUpIsNotPassingBy() {
        gridWorld.start(world(Task.PICK_UP, GREEN_BOX));
        assertFalse(play(GridWorld.FORWARD).terminated());
        assertFalse(play(GridWorld.FORWARD).terminated(), "things cannot be entered");
        assertTrue(play(GridWorld.PICK_UP).terminated());
    }

    @Test
    void thingsArePutDownOnlyWhereNothingIs() {
        gridWorld.start(world(Task.GO_TO, RED_BALL));
        play(GridWorld.FORWARD, GridWorld.PICK_UP, GridWorld.LEFT);
        assertArrayEquals(new int[] {7, 1, 0}, cell(play(GridWorld.DROP).observation(), 3, 6), "not on a wall");
        play(GridWorld.RIGHT);
        Observation dropped = play(GridWorld.DROP).observation();
        assertArrayEquals(new int[] {1, 0, 0}, cell(dropped, 3, 6));
        assertArrayEquals(new int[] {7, 1, 0}, cell(dropped, 3, 5));
        assertArrayEquals(new int[] {1, 0, 0}, cell(play(GridWorld.TOGGLE).observation(), 3, 5), "a box breaks");
    }

    @Test
    void isCutOffWithoutAReward() {
        gridWorld.start(world(Task.GO_TO, RED_BALL));
        for (int step = 1; step < 64; step++) {
            assertFalse(play(GridWorld.DONE).ends());
        }
        Step last = play(GridWorld.DONE);
        assertTrue(last.truncated() && !last.terminated());
        assertEquals(0, last.reward());
    }

    @Test
    void expertFetchesTheKeyAndPutsItDown() {
        gridWorld.start(world(Task.PICK_UP, RED_BALL));
        Set<Integer> done = new HashSet<>();
        Step step;
        do {
            Action action = gridWorld.expert();
            done.add(((Action.Discrete) action).index());
            step = gridWorld.step(action);
        } while (!step.ends());
        assertTrue(step.terminated());
        assertTrue(done.containsAll(List.of(GridWorld.PICK_UP, GridWorld.TOGGLE, GridWorld.DROP)));
    }

    /** Two worlds that look alike at first are begun alike: the expert does not know what it has not seen. */
    @Test
    void expertKnowsNoMoreThanItSaw() {
        Grid here = rooms();
        here.stand(3, 3, 2);
        Grid there = rooms();
        there.set(7, 2, Cell.EMPTY);
        there.set(5, 1, RED_BALL);
        there.stand(3, 3, 2);
        GridWorld other = new GridWorld();
        Observation seenHere = gridWorld.start(new World(here, new Mission(Task.GO_TO, RED_BALL)));
        Observation seenThere = other.start(new World(there, new Mission(Task.GO_TO, RED_BALL)));
        while (seenHere.equals(seenThere)) {
            Action action = gridWorld.expert();
            assertEquals(action, other.expert());
            seenHere = gridWorld.step(action).observation();
            seenThere = other.step(action).observation();
        }
    }

    @Test
    void expertDoesNearlyEveryMission() {
        int done = 0;
        Set<String> missions = new HashSet<>();
        for (long seed = 0; seed < 300; seed++) {
            Episode episode = Episode.ofExpert(gridWorld, seed);
            done += episode.totalReward() > 0 ? 1 : 0;
            Observation.Discrete first =
                    (Observation.Discrete) episode.observations().getFirst();
            missions.add(first.text().orElseThrow().replaceAll(" the .*", ""));
        }
        assertTrue(done >= 297, done + " of 300");
        assertEquals(Set.of("go to", "pick up", "open"), missions);
    }

    /** Every number of an observation of MiniGrid and BabyAI, for the same worlds and actions: their checksum. */
    @Test
    void showsWhatMiniGridShows() {
        CRC32 checksum = new CRC32();
        int observations = 0;
        for (long seed = 0; seed < 400; seed++) {
            SeededRandom random = new SeededRandom(seed + 77);
            add(checksum, gridWorld.reset(seed));
            observations++;
            Step step;
            do {
                step = gridWorld.step(random.chance(0.5) ? gridWorld.expert() : gridWorld.random(random));
                add(checksum, step.observation());
                observations++;
            } while (!step.ends());
        }
        assertEquals(7717, observations);
        assertEquals(0xA31DFE0BL, checksum.getValue());
    }

    private static void add(CRC32 checksum, Observation observation) {
        for (int value : values(observation)) {
            checksum.update(value);
        }
    }
}
