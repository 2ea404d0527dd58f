<?php

/**
 * What a user of PHP's JSON-RPC client by Kanboard's author does; `run` says where (URL), in which format (WIRE) and as
 * whom (LOGIN, PASSWORD). The library comes with Debian's package `kanboard` (UNPACKED).
 */

declare(strict_types=1);

use JsonRPC\Client;
use JsonRPC\Exception\AccessDeniedException;
use JsonRPC\HttpClient;

set_error_handler(function (int $level, string $message): never {
    throw new ErrorException($message, $level);
});
spl_autoload_register(function (string $class): void {
    require getenv('UNPACKED') . '/usr/share/kanboard/libs/jsonrpc/src/' . strtr($class, '\\', '/') . '.php';
});

define('IS_DOCUMENTED', getenv('WIRE') === 'documented');
define('IS_PERSON', getenv('LOGIN') !== 'jsonrpc');
const NO_SUCH_ID = 99_999_999;

/** A transport for PHP without its extension curl. */
class StreamClient extends HttpClient
{
    protected function isCurlLoaded(): bool
    {
        return false;
    }
}

/** Return a client that throws errors. */
function client(string $password, ?HttpClient $transport = null): Client
{
    $client = new Client(getenv('URL'), false, $transport);
    return $client->authentication(getenv('LOGIN'), $password);
}

/** Return a number as it stands in an object of a result. */
function number(int $value): int|string
{
    return IS_DOCUMENTED ? (string) $value : $value;
}

/** Compare what was read back. */
function same(mixed $found, mixed $expected): void
{
    if ($found !== $expected) {
        throw new UnexpectedValueException('expected ' . json_encode($expected) . ', found ' . json_encode($found));
    }
}

/** See an error as the library shows it. */
function fails(string $kind, string $message, callable $call): void
{
    try {
        $result = $call();
    } catch (Exception $error) {
        same([get_class($error), str_contains($error->getMessage(), $message)], [$kind, true]);
        return;
    }
    same($result, "$kind: $message");
}

/** Make a project; return its id and those of its columns. */
function makeProject(Client $client): array
{
    $projectId = $client->createProject(['name' => 'Käse & <b>Brot</b>', 'description' => 'with PHP']);
    $project = $client->getProjectById(['project_id' => $projectId]);
    same([$project['id'], $project['name']], [number($projectId), 'Käse & <b>Brot</b>']);
    $columns = $client->getColumns($projectId);
    same(array_column($columns, 'title'), ['Backlog', 'Ready', 'Work in progress', 'Done']);
    return [$projectId, array_map(intval(...), array_column($columns, 'id'))];
}

/** Make tasks, by name and by position; change one, read all of them in one batch. */
function makeTasks(Client $client, int $projectId, array $columns): array
{
    $first = $client->createTask([
        'project_id' => $projectId, 'title' => 'Zaun streichen 🎨', 'column_id' => $columns[1], 'color_id' => 'green',
        'date_due' => '2030-01-15 10:30', 'description' => "* grün\n* oder rot", 'tags' => ['garten', 'größer'],
    ]);
    $second = $client->createTask('Pfosten setzen', $projectId);
    same($client->updateTask(['id' => $first, 'priority' => 2, 'score' => 8]), true);
    $task = $client->getTask($first);
    same([$task['id'], $task['title'], $task['color']['name']], [number($first), 'Zaun streichen 🎨', 'Green']);
    same([$task['score'], $task['date_due'], $task['column_id']], array_map(number(...), [8, 1_894_703_400, $columns[1]]));
    same([$task['description'], $task['recurrence_child']], ["* grün\n* oder rot", null]);
    same(array_values($client->getTaskTags($first)), ['garten', 'größer']);
    same($client->getTaskTags($second), []);
    // a batch: the library tells answers by their places
    $read = $client->batch()->getTask(['task_id' => $second])->getTask(['task_id' => $first])->getVersion()->send();
    same([$read[0]['title'], $read[1]['title'], $read[2]], ['Pfosten setzen', 'Zaun streichen 🎨', $client->getVersion()]);
    return [$first, $second];
}

/** Move a task to another column, close and open it, and find it. */
function move(Client $client, int $projectId, array $tasks, array $columns): void
{
    $lane = (int) $client->getActiveSwimlanes($projectId)[0]['id'];
    $place = ['project_id' => $projectId, 'column_id' => $columns[1], 'position' => 1, 'swimlane_id' => $lane];
    same($client->moveTaskPosition(['task_id' => $tasks[1]] + $place), true);
    $board = $client->getBoard($projectId)[0]['columns'];
    same(array_column($board[1]['tasks'], 'id'), [number($tasks[1]), number($tasks[0])]);
    same(array_map(fn(array $column) => count($column['tasks']), $board), [0, 2, 0, 0]);
    same($client->closeTask($tasks[1]), true);
    same(array_column($client->getAllTasks($projectId, 1), 'title'), ['Zaun streichen 🎨']);
    same(array_column($client->searchTasks($projectId, 'status:closed'), 'title'), ['Pfosten setzen']);
    same($client->openTask($tasks[1]), true);
}

/** Save, read and remove metadata: an array of arrays in one format, an array in the other. */
function keepMetadata(Client $client, int $taskId): void
{
    $values = ['Prüfer' => 'Jürgen', '5' => 'fünf'];
    same($client->getTaskMetadata($taskId), []);
    same($client->saveTaskMetadata($taskId, $values), true);
    ksort($values);
    $read = $client->getTaskMetadata($taskId);
    same(array_is_list($read), IS_DOCUMENTED);
    $read = IS_DOCUMENTED ? $read[0] : $read;
    ksort($read);
    same($read, $values);
    same($client->removeTaskMetadata($taskId, '5'), true);
    same($client->getTaskMetadataByName($taskId, 'Prüfer'), 'Jürgen');
    same($client->getTaskMetadataByName($taskId, '5'), '');
}

/** Attach a binary file of a megabyte, list it, download it, remove it. */
function keepFile(Client $client, int $projectId, int $taskId): void
{
    $content = str_repeat(implode(array_map(chr(...), range(0, 255))), 4_096);
    $fileId = $client->createTaskFile($projectId, $taskId, 'Größe.png', base64_encode($content));
    [$listed] = $client->getAllTaskFiles($taskId);
    same([$listed['id'], $listed['name'], $listed['size']], [number($fileId), 'Größe.png', number(strlen($content))]);
    same(base64_decode($client->downloadTaskFile($fileId), true) === $content, true);
    same($client->removeTaskFile($fileId), true);
    same($client->getAllTaskFiles($taskId), []);
}

/** Write a comment, change it, remove it. */
function comment(Client $client, int $taskId): void
{
    $userId = IS_PERSON ? (int) $client->getMe()['id'] : (int) $client->createUser('Änne, PHP, ' . getenv('WIRE'), 'geheim');
    $commentId = $client->createComment($taskId, $userId, 'Grün oder *rot*?');
    same($client->updateComment($commentId, 'Rot'), true);
    same(array_column($client->getAllComments($taskId), 'comment', 'id'), [$commentId => 'Rot']);
    same($client->removeComment($commentId), true);
    same($client->getAllComments($taskId), []);
}

/** See failures: values of the format, and errors as the library shows them. */
function fail(Client $client): void
{
    fails('BadFunctionCallException', 'Method not found', fn() => $client->noSuchProcedure());
    fails('InvalidArgumentException', 'Invalid params', fn() => $client->getTask());
    fails(AccessDeniedException::class, '401', fn() => client('wrong')->getVersion());
    if (IS_PERSON) {
        fails(AccessDeniedException::class, '403', fn() => $client->getAllUsers());
        fails(AccessDeniedException::class, '403', fn() => $client->batch()->getVersion()->getAllUsers()->send());
        return;
    }
    fails(AccessDeniedException::class, '403', fn() => $client->getMe());
    same($client->getTask(NO_SUCH_ID), null);
    same($client->createTask('Nirgends', NO_SUCH_ID), IS_DOCUMENTED ? false : 0);
    same($client->getAllTasks(NO_SUCH_ID), IS_DOCUMENTED ? false : []);
}

/** Do all of it; files and errors by both transports. */
function main(): void
{
    $client = client(getenv('PASSWORD'));
    [$projectId, $columns] = makeProject($client);
    $tasks = makeTasks($client, $projectId, $columns);
    move($client, $projectId, $tasks, $columns);
    keepMetadata($client, $tasks[0]);
    comment($client, $tasks[0]);
    foreach ([$client, client(getenv('PASSWORD'), new StreamClient(getenv('URL')))] as $each) {
        keepFile($each, $projectId, $tasks[0]);
        fail($each);
    }
    same($client->removeTask($tasks[1]), true);
    same(array_column($client->getAllTasks($projectId), 'id'), [number($tasks[0])]);
}

main();
